import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Collection } from '../../../../src/corpus/types.ts';
import { plantFaults } from '../../../../src/demo/gateway/faults/parse.ts';
import { FAULTS } from '../../../../src/demo/gateway/faults/registry.ts';
import type { FaultEffect } from '../../../../src/demo/gateway/faults/types.ts';
import { createGoGateway } from '../../../../src/demo/gateway/go/gateway.ts';
import { createRustGateway } from '../../../../src/demo/gateway/rust/gateway.ts';
import { loadEncoder } from '../../../../src/embed/encoder.ts';
import type { Encoder } from '../../../../src/embed/types.ts';
import {
  ENCODER_FOLDER,
  type Exchange,
  exchange,
  GO,
  K,
  observedEffects,
  type Question,
  RUST,
  shippedCorpus,
} from './observed.ts';

/** These never answer, which the tests of exchanges show. */
const UNANSWERED = ['hang'];
/**
 * The Rust-shaped gateway searches one collection a request, and 200 rows without their index; the
 * tests of the index show what it does with more.
 */
const NOT_ON_RUST = ['corpus-cut', 'low-ef'];
/** Full strength, where the rate that means all leaves nothing to look at. */
const STRONGEST = new Map([['drop', 0.5]]);
/** Faults of what embeds, which the embed route shows too. */
const SHOWN_BY_EMBED = ['token-truncation', 'wrong-pooling', 'other-model'];
/** Faults that reach every route. */
const ON_EVERY_ROUTE = ['errors', 'malformed-json', 'content-type'];

const TEXTS = ['Forklift Operator in Springfield, IL', 'Welder. '.repeat(60)];

let encoder: Encoder;
let questions: readonly Question[];
let collections: readonly Collection[];

beforeAll(async () => {
  encoder = await loadEncoder(ENCODER_FOLDER);
  ({ collections, questions } = await shippedCorpus(12));
});

afterAll(() => encoder.close());

const GATEWAYS = {
  go: { wire: GO, create: createGoGateway, serves: () => true },
  rust: {
    wire: RUST,
    create: createRustGateway,
    serves: (kind: string) => !NOT_ON_RUST.includes(kind),
  },
};

describe.each(['go', 'rust'] as const)('planted in the %s gateway', (name) => {
  const { wire, create, serves } = GATEWAYS[name];
  // The Rust-shaped gateway ranks through an index from so many rows on.
  const limits = { scanRows: 10 };
  let sound: { answers: readonly Exchange[]; deep: readonly Exchange[]; embed: Exchange };

  async function ask(fault: string | null, rate: number, depth: number) {
    const faults = fault === null ? [] : plantFaults([{ kind: fault, rate, seed: 3 }]);
    const options = { encoder, encoderFolder: ENCODER_FOLDER, collections, limits, faults };
    const gateway = await create(options);
    const clock = recordedClock();
    try {
      const answers: Exchange[] = [];
      for (const question of questions) {
        const { path, body } = wire.search(question, depth);
        const answer = await exchange(gateway, path, body);
        answers.push({ ...answer, waitedMs: clock.taken() });
      }
      return { answers, embed: await exchange(gateway, wire.embedPath, { texts: TEXTS }) };
    } finally {
      clock.stop();
      await gateway.close();
    }
  }

  beforeAll(async () => {
    const { answers, embed } = await ask(null, 1, K);
    const deep = (await ask(null, 1, 300)).answers;
    sound = { answers, deep, embed };
  });

  test('a sound gateway shows no effect', async () => {
    expect(observed((await ask(null, 1, K)).answers)).toEqual([]);
  });

  const kinds = [...FAULTS.keys()].filter((kind) => !UNANSWERED.includes(kind) && serves(kind));

  test.each(kinds)(
    '%s changes what it declares and nothing else',
    async (kind) => {
      const { answers, embed } = await ask(kind, STRONGEST.get(kind) ?? 1, K);
      const declared = FAULTS.get(kind)?.changes.filter((effect) => effect !== 'none') ?? [];
      expect(observed(answers)).toEqual([...declared].sort());
      const embedding = { ...embed, waitedMs: 0 };
      if ([...SHOWN_BY_EMBED, ...ON_EVERY_ROUTE].includes(kind)) {
        expect(embedding).not.toEqual(sound.embed);
      } else {
        expect(embedding).toEqual(sound.embed);
      }
    },
    120_000,
  );

  function observed(answers: readonly Exchange[]): readonly FaultEffect[] {
    return observedEffects(wire, questions, sound.answers, sound.deep, answers);
  }
});

/** A clock on which every wait is over at once and is counted. */
function recordedClock(): { taken: () => number; stop: () => void } {
  let waitedMs = 0;
  const real = globalThis.setTimeout;
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
    then: () => void,
    durationMs = 0,
  ) => {
    waitedMs += durationMs;
    return real(then, 0);
  }) as typeof setTimeout);
  return {
    taken: () => {
      const taken = waitedMs;
      waitedMs = 0;
      return taken;
    },
    stop: () => spy.mockRestore(),
  };
}
