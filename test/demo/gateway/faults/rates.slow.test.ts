import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document, Metadata } from '../../../../src/corpus/types.ts';
import { plantFaults } from '../../../../src/demo/gateway/faults/parse.ts';
import { FAULTS } from '../../../../src/demo/gateway/faults/registry.ts';
import type {
  FaultHooks,
  IndexSettings,
  SearchPlan,
} from '../../../../src/demo/gateway/faults/types.ts';
import type { GatewayHit } from '../../../../src/demo/gateway/hit.ts';
import { loadEncoder } from '../../../../src/embed/encoder.ts';
import type { Encoder } from '../../../../src/embed/types.ts';
import { ENCODER_FOLDER } from './observed.ts';

const COUNT = 400;
const RATE = 0.3;

/** Whether each of `COUNT` possible victims was hit. */
type Victims = (hooks: FaultHooks) => Promise<readonly boolean[]> | readonly boolean[];

const TEXTS = Array.from(
  { length: COUNT },
  (_, i) => `Welder ${i} of Toledo. ${'Knows heat pumps and ledgers. '.repeat(20)}Is free in ${i}.`,
);
const DOCUMENTS: readonly Document[] = TEXTS.map((text, i) => ({
  id: `w-${i}`,
  text,
  metadata: { state: 'OH' },
}));
const VECTORS = TEXTS.map((_, i) => Float32Array.from({ length: 8 }, (__, d) => Math.sin(i + d)));
const HITS: readonly GatewayHit[] = DOCUMENTS.slice(0, 10).map(({ id, text, metadata }, rank) => ({
  id,
  text,
  metadata,
  collection: 'workers',
  score: 0.1 * rank,
}));
const PLAN: SearchPlan = {
  collections: ['workers', 'jobs'],
  text: 'welder',
  vector: null,
  k: 10,
  perCollectionK: 10,
  filter: { state: 'OH' },
  filtering: 'before',
  nearest: 'lowest',
};
const SETTINGS: IndexSettings = {
  space: 'cosine',
  normalised: 'all',
  m: 16,
  efConstruction: 100,
  efSearch: 40,
  randomSeed: 1,
  scanRows: 2000,
};

let encoder: Encoder;
beforeAll(async () => {
  encoder = await loadEncoder(ENCODER_FOLDER);
});
afterAll(() => encoder.close());

const indices = Array.from({ length: COUNT }, (_, i) => i);

const documents: Victims = (hooks) => {
  const kept = new Map(hooks.documents?.('workers', DOCUMENTS).map((row) => [row.id, row]) ?? []);
  return DOCUMENTS.map(({ id, text }) => kept.get(id)?.text !== text);
};

const extras: Victims = (hooks) => {
  const ids = new Set(hooks.documents?.('workers', DOCUMENTS).map(({ id }) => id) ?? []);
  expect(DOCUMENTS.every(({ id }) => ids.has(id))).toBe(true);
  return DOCUMENTS.map(({ id }) => ids.has(`deleted-${id}`));
};

const embedded: Victims = (hooks) => {
  expect(hooks.documents).toBeUndefined();
  const rows = hooks.embedded?.('workers', DOCUMENTS) ?? [];
  return DOCUMENTS.map(({ text }, i) => rows[i]?.text !== text);
};

const fields: Victims = (hooks) => {
  hooks.documents?.('workers', DOCUMENTS);
  return DOCUMENTS.map(({ metadata, id }) => {
    const seen: Metadata = hooks.fields?.(metadata, 'workers', id) ?? metadata;
    return seen.state !== metadata.state;
  });
};

const lifted: Victims = (hooks) => {
  hooks.documents?.('workers', DOCUMENTS);
  return DOCUMENTS.map(({ id }) => {
    const hit = { id, collection: 'workers', score: 0.5, text: '', metadata: {} };
    return hooks.merged?.([hit], PLAN)[0]?.score !== 0.5;
  });
};

const vectors: Victims = (hooks) => {
  expect(hooks.vectors?.(VECTORS, TEXTS, 'query')).toBe(VECTORS);
  const seen = hooks.vectors?.(VECTORS, TEXTS, 'document') ?? VECTORS;
  return VECTORS.map((vector, i) => !same(vector, seen[i]));
};

/** Those whose vectors are not made unit vectors are the victims. */
const unnormalised: Victims = (hooks) =>
  (hooks.vectors?.(VECTORS, TEXTS, 'document') ?? []).map((vector, i) => same(vector, VECTORS[i]));

const queryTexts: Victims = (hooks) => {
  expect(hooks.texts?.(TEXTS, 'document')).toBe(TEXTS);
  expect(hooks.texts?.(TEXTS, 'embed')).toBe(TEXTS);
  return (hooks.texts?.(TEXTS, 'query') ?? []).map((text, i) => text !== TEXTS[i]);
};

const embedder: Victims = async (hooks) => {
  const other = await hooks.encoder?.(encoder, ENCODER_FOLDER);
  if (other === undefined) throw new Error('no encoder');
  const [sound, seen] = [await encoder.embed(TEXTS, 'raw'), await other.embed(TEXTS, 'raw')];
  await other.close();
  return sound.map((vector, i) => !same(vector, seen[i]));
};

/** Answers, asked one after another; `different` gives each other rows. */
const answers =
  (different: boolean): Victims =>
  (hooks) =>
    indices.map((i) => {
      const plan = hooks.plan?.(PLAN) ?? PLAN;
      const rows = different ? HITS.map((hit) => ({ ...hit, score: hit.score + i })) : HITS;
      const merged = hooks.merged?.(rows, plan) ?? rows;
      const answer = hooks.hits?.(merged, plan) ?? merged;
      return JSON.stringify(answer) !== JSON.stringify(rows);
    });

/** The nearest is gone where rows are counted from 1; else the one more that was fetched is. */
const skipped: Victims = (hooks) =>
  indices.map(() => {
    const plan = hooks.plan?.({ ...PLAN, k: HITS.length - 1 }) ?? PLAN;
    const rows = hooks.hits?.(HITS, plan) ?? [];
    expect(rows).toHaveLength(HITS.length - 1);
    return rows[0]?.id !== HITS[0]?.id;
  });

/** Rows of one score, which a tie order turns round. */
const ties: Victims = (hooks) => {
  hooks.documents?.('workers', DOCUMENTS);
  const rows = HITS.map((hit) => ({ ...hit, score: 0.5 }));
  return indices.map(() => hooks.merged?.(rows, PLAN)[0]?.id !== rows[0]?.id);
};

const rowScores: Victims = (hooks) =>
  indices.map((i) => {
    const hit = HITS[i % HITS.length];
    return hit !== undefined && hooks.hits?.([hit], PLAN)[0]?.score !== hit.score;
  });

const plans: Victims = (hooks) => indices.map(() => hooks.plan?.(PLAN) !== PLAN);

const requests: Victims = async (hooks) => {
  const hit: boolean[] = [];
  for (const _ of indices) {
    const client = new AbortController();
    const request = new Request('http://gateway/', { signal: client.signal });
    const sound = Response.json({ results: [] });
    const answered = hooks.around?.(request, async () => sound) ?? Promise.resolve(sound);
    client.abort();
    const answer = await answered.catch(() => null);
    hit.push(answer !== sound);
  }
  return hit;
};

const indexes: Victims = (hooks) => {
  const names = indices.map((i) => `c${i}`);
  return names.map((name) => hooks.index?.(SETTINGS, name, names) !== SETTINGS);
};

/** How the victims of each kind are told, and whether their number is exact. */
const VICTIMS = new Map<string, { victims: Victims; exact?: boolean; spare?: number }>([
  ['drop', { victims: documents, exact: true }],
  ['extra', { victims: extras, exact: true }],
  ['stale-text', { victims: documents, exact: true }],
  ['stale-vectors', { victims: embedded, exact: true }],
  ['query-prefix', { victims: queryTexts }],
  ['token-truncation', { victims: embedder }],
  ['wrong-pooling', { victims: embedder }],
  ['other-model', { victims: embedder }],
  ['float16', { victims: vectors }],
  ['int8', { victims: vectors }],
  ['euclidean', { victims: indexes, exact: true }],
  ['dot', { victims: indexes, exact: true }],
  ['unnormalised', { victims: unnormalised }],
  ['low-ef', { victims: indexes, exact: true }],
  ['filter-ignored', { victims: plans }],
  ['post-filter', { victims: plans }],
  ['lower-cased-fields', { victims: fields, exact: true }],
  ['corpus-cut', { victims: plans }],
  ['tie-order', { victims: ties }],
  ['hidden-boost', { victims: lifted, exact: true }],
  ['off-by-one', { victims: skipped }],
  ['duplicate', { victims: answers(false) }],
  ['reverse', { victims: answers(false) }],
  ['truncate', { victims: answers(false) }],
  // The first answer of all is its own.
  ['cached-answer', { victims: answers(true), spare: 1 }],
  ['other-query', { victims: answers(true), spare: 1 }],
  ['score-sign', { victims: answers(false) }],
  ['nan-scores', { victims: rowScores }],
  ['errors', { victims: requests }],
  ['hang', { victims: requests }],
  ['malformed-json', { victims: requests }],
  ['content-type', { victims: requests }],
]);

/** Kinds whose effect is a delay: the tests of exchanges hold them to their rates. */
const ELSEWHERE = ['slow-p50', 'slow-tail', 'periodic-stall', 'slow-start'];

test('every kind is held to its rate', () => {
  expect([...VICTIMS.keys(), ...ELSEWHERE].sort()).toEqual([...FAULTS.keys()].sort());
});

describe('a rate', () => {
  test.each([...VICTIMS.keys()])(
    'of %s is the share of its victims, and the seed draws them',
    async (kind) => {
      const { victims, exact = false, spare = 0 } = VICTIMS.get(kind) ?? { victims: plans };
      const drawn = (rate: number, seed: number) =>
        victims(plantFaults([{ kind, rate, seed }])[0] ?? {});
      const count = (hit: readonly boolean[]) => hit.filter(Boolean).length;
      const some = await drawn(RATE, 1);
      expect(await drawn(RATE, 1)).toEqual(some);
      expect(await drawn(RATE, 2)).not.toEqual(some);
      expect(count(await drawn(1, 1))).toBe(COUNT - spare);
      if (exact) expect(count(some)).toBe(RATE * COUNT);
      // Four standard deviations of a binomial.
      else expect(Math.abs(count(some) - RATE * COUNT)).toBeLessThan(4 * Math.sqrt(0.21 * COUNT));
    },
    120_000,
  );
});

test('a fault of the embedder says that it needs a model folder', async () => {
  const [hooks] = plantFaults([{ kind: 'other-model', rate: 1, seed: 1 }]);
  await expect(hooks?.encoder?.(encoder, null)).rejects.toMatchObject({
    code: 'fault-encoder',
    exitCode: 2,
  });
});

function same(a: Float32Array, b: Float32Array | undefined): boolean {
  return b !== undefined && a.every((value, i) => value === b[i]);
}
