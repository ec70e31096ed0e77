import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import { InfrastructureError } from '../../errors.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import type { VectorTable } from '../../record/types.ts';
import { randomStream } from '../../stats/random.ts';
import type { ExactEngine, ExactEngineName } from '../../truth/engines/exact-engine.ts';
import { encodeLists } from '../../truth/plan/list-codec.ts';
import { type ClockOffset, measureClock } from '../server/clock.ts';
import { type SharedStore, seal, unseal } from '../store/shared-store.ts';

/** What a worker found out about itself before it took work. */
export interface SelfTest {
  readonly engine: ExactEngineName;
  readonly clock: ClockOffset;
  /** Whether the store itself refuses to write twice. */
  readonly isWrittenOnce: boolean;
}

/** sha256 of the lists below, as float64 brute force gives them; other bits are another engine. */
const KNOWN_ANSWER = '6576ea1a015dd691184af9ba336385fc0a177518fd50940731507fb08588e820';
const ROWS = 2000;
const QUERIES = 48;
const DIMENSION = 64;
const K = 20;
/** A clock that is known no better cannot start a load together with others. */
const MOST_UNCERTAIN_MS = 250;

/**
 * Proves a worker on what is known: the exact lists of a seeded corpus with ties, to the bit; the clock against the
 * server's; the store by writing, reading and writing again.
 * @throws InfrastructureError that says what is wrong; then nothing may be taken
 */
export async function selfTest(
  engine: ExactEngine,
  store: SharedStore,
  redis: Redis,
): Promise<SelfTest> {
  const answer = await knownAnswer(engine);
  if (answer !== KNOWN_ANSWER) {
    throw new InfrastructureError(
      'worker-engine',
      `the engine ${engine.name} gives other lists than the known ones (${answer.slice(0, 12)})`,
      {
        hint: 'this machine or this build computes wrongly: bench kernels and bench doctor say more',
      },
    );
  }
  const clock = await measureClock(redis);
  if (!(clock.uncertaintyMs <= MOST_UNCERTAIN_MS)) {
    throw new InfrastructureError(
      'worker-clock',
      `the clock of ${hostname()} is known to ±${clock.uncertaintyMs.toFixed(0)} ms only`,
      { hint: `bring the queue server nearer: a round trip may take ${2 * MOST_UNCERTAIN_MS} ms` },
    );
  }
  return { engine: engine.name, clock, isWrittenOnce: await testStore(store) };
}

/** The sha256 of an engine's lists of the seeded corpus. */
export async function knownAnswer(engine: ExactEngine): Promise<string> {
  const random = randomStream(1, 'worker');
  const rows = (count: number, name: string): VectorTable => ({
    ids: Array.from({ length: count }, (_, row) => `${name}/${row}`),
    dimension: DIMENSION,
    values: Float32Array.from({ length: count * DIMENSION }, () => random.normal()),
  });
  const documents = rows(ROWS, 'known');
  // Equal rows far apart: ties that have to come out by their ids.
  for (const row of [17, 900, 1999]) documents.values.copyWithin(row * DIMENSION, 0, DIMENSION);
  const queries = rows(QUERIES, 'query');
  queries.values.set(documents.values.subarray(0, DIMENSION));
  const { lists } = await engine.topK({ documents, queries, kPrime: K });
  return sha256Hex(encodeLists(lists));
}

async function testStore(store: SharedStore): Promise<boolean> {
  const bytes = seal(Buffer.from(`${hostname()} ${randomUUID()}`));
  const name = { kind: 'probes', hash: sha256Hex(bytes) } as const;
  // Nobody else has this name: where it is said to be there, the answer to a first try was lost.
  await store.putOnce(name, bytes);
  const read = await store.get(name);
  const isSame = read !== null && unseal(read) !== null && Buffer.compare(read, bytes) === 0;
  if (!isSame) {
    throw new InfrastructureError(
      'worker-store',
      `${store.label}: what was written does not come back as it was`,
      { hint: 'every machine must name the same store, and the store must keep what it is given' },
    );
  }
  const isWrittenOnce = !(await store.putOnce(name, bytes));
  await store.remove(name).catch(() => {});
  return isWrittenOnce;
}
