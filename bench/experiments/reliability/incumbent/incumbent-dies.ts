import { join } from 'node:path';
import { configFrom } from '../../../../src/config/resolve.ts';
import { openRun } from '../../../../src/record/run/open-run.ts';
import { ledgerInputsOfRun } from '../../../../src/retrieve/evidence/ledger-inputs.ts';
import { retrieve } from '../../../../src/retrieve/retrieve.ts';
import type { JudgedRetrieval } from '../../../../src/retrieve/retrieve-result.ts';
import { randomStream } from '../../../../src/stats/random.ts';
import type { Backend } from '../../../../src/wire/backend.ts';
import { type Experiment, tryEach } from '../experiment.ts';
import { type Death, type Fate, mortalSide, type SmallWorld, smallWorld } from './mortal-side.ts';

const DEATHS: readonly Death[] = [
  { kind: 'refused', status: null, detail: 'connection refused' },
  { kind: 'reset', status: null, detail: 'connection reset' },
  { kind: 'timeout', status: null, detail: 'no answer' },
  { kind: 'http', status: 500, detail: 'HTTP 500' },
  { kind: 'http', status: 503, detail: 'HTTP 503' },
  { kind: 'malformed', status: 200, detail: 'not JSON' },
];
/** What is left of a run after a death in its last tenth is too little to matter: it may lie below the margin. */
const LATEST = 0.9;
const SOUND: Fate = { deathOf: () => null };

/** Kills the incumbent after the census, for good or for a share of the questions, beside candidates of several kinds. */
export const incumbentDies: Experiment = {
  name: 'incumbent-dies',
  tries:
    'The incumbent dies after the census: from a random request on, or for a random share of its requests; refused, reset, timed out, 5xx or unreadable. The candidate is sound, loses documents, or fails at the same requests. The verdict is never pass, and the ledger records none.',
  count: { full: 200, short: 20 },
  perProcess: 100,
  run: async (options) => {
    const world = await smallWorld(options.folder);
    const sound = mortalSide(world, SOUND);
    const whole = await judged(world, options.folder, sound, mortalSide(world, SOUND));
    if (whole.verdict.state !== 'pass') throw new Error('two sound sides do not pass');
    const searches = sound.questions();
    return await tryEach(options, async (seed) => {
      const random = randomStream(seed, 'incumbent dies');
      const death = random.pick(DEATHS);
      const from = 1 + random.below(Math.floor(LATEST * searches));
      const share = random.chance(0.5) ? 1 : random.pick([0.2, 0.3, 0.5]);
      const isDead = new Map<number, boolean>();
      const deathOf = (search: number): Death | null => {
        const known = isDead.get(search) ?? (share === 1 ? search >= from : random.chance(share));
        isDead.set(search, known);
        return known ? death : null;
      };
      const kind = random.pick(['sound', 'loses documents', 'fails alike'] as const);
      const candidate = mortalSide(world, {
        deathOf: kind === 'fails alike' ? deathOf : () => null,
        spoil: (hits, text) =>
          kind === 'loses documents' && text.endsWith('3') ? hits.slice(0, 5) : hits,
      });
      const incumbent = mortalSide(world, { deathOf });
      const { verdict, runFolder } = await judged(world, options.folder, incumbent, candidate);
      const claims = await ledgerInputsOfRun(await openRun(runFolder));
      const isRecorded = claims.some((claim) => claim.verdict === 'pass');
      if (verdict.state !== 'pass' && verdict.exitCode !== 0 && !isRecorded) return null;
      const when = share === 1 ? `from request ${from} of ${searches} on` : `for ${share} of all`;
      return `${death.kind} ${when}, candidate ${kind}: ${verdict.state}${isRecorded ? ', a pass in the ledger' : ''}`;
    });
  },
};

async function judged(
  { corpus }: SmallWorld,
  folder: string,
  incumbent: Backend,
  candidate: Backend,
): Promise<JudgedRetrieval> {
  const { config } = await configFrom(
    {
      corpus,
      runs: join(folder, 'runs'),
      incumbent,
      candidate,
      operations: ['search'],
      looks: 'many',
      // How fast two sides in one process are says nothing, and differs by what else the machine does.
      gates: {
        recall: { margin: 0.1 },
        ndcg: false,
        errors: { margin: 0.1 },
        p50: false,
        p95: false,
      },
      latency: { blockPairs: 2, requestsPerBlock: 20, discardedPerBlock: 2 },
      throughput: { requestsPerSlice: 20, slices: 1, concurrency: 2 },
    },
    corpus,
  );
  const result = await retrieve(config);
  if (result.verdict === null) throw new Error('nothing was judged');
  return result;
}
