import { describe, expect, it } from 'vitest';
import {
  codedStore,
  integerCode,
  plainCode,
  productCode,
} from '../../bench/experiments/attribution/engines/quantised-store.ts';
import { type Asked, recordSide } from '../../bench/experiments/attribution/engines/record-side.ts';
import type { Rows, Store } from '../../bench/experiments/attribution/engines/store.ts';
import { attribute } from '../../src/attribution/attribute.ts';
import type {
  AttributionFinding,
  AttributionQuery,
  SideRecord,
} from '../../src/attribution/types.ts';
import type { VectorTable } from '../../src/record/types.ts';
import { randomStream } from '../../src/stats/random.ts';

const DIMENSION = 96;
const DOCUMENTS = 300;
const QUERIES = 80;
const TOPICS = 15;
const random = randomStream(11, 'prefixed');

function direction(): Float32Array {
  const normal = (): number => random.below(1000) + random.below(1000) + random.below(1000) - 1500;
  return unit(Float32Array.from({ length: DIMENSION }, normal));
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}

const plus = (one: Float32Array, other: Float32Array, weight: number): Float32Array =>
  one.map((value, at) => value + weight * (other[at] ?? 0));

/** Texts near their topics, as an encoder gives them. */
const topics = Array.from({ length: TOPICS }, direction);
function table(ids: readonly string[], spread: number): VectorTable {
  const values = new Float32Array(ids.length * DIMENSION);
  for (const at of ids.keys()) {
    const topic = topics[random.below(TOPICS)] ?? direction();
    values.set(unit(plus(topic, direction(), spread)), at * DIMENSION);
  }
  return { ids, dimension: DIMENSION, values };
}

/** The same texts behind a prefix: all of them are moved to one side, and each a little by itself. */
const PREFIX = direction();
function prefixed({ values, ...rest }: VectorTable): VectorTable {
  const moved = values.slice();
  for (let from = 0; from < values.length; from += DIMENSION) {
    const own = values.subarray(from, from + DIMENSION);
    moved.set(unit(plus(plus(own, PREFIX, 0.45), direction(), 0.2)), from);
  }
  return { ...rest, values: moved };
}

const list = Array.from(
  { length: QUERIES },
  (_, at): AttributionQuery => ({
    id: `q-${at}`,
    text: `question ${at}`,
    collections: ['all'],
    filter: null,
    weight: 1,
    noise: { incumbent: null, candidate: null },
  }),
);
const documents = Array.from({ length: DOCUMENTS }, (_, at) => ({
  id: `d-${at}`,
  text: `text ${at}`,
  metadata: {},
}));
const asked: Asked = {
  k: 10,
  kPrime: 50,
  collection: { name: 'all', documents },
  documents: table(
    documents.map(({ id }) => `all/${id}`),
    1,
  ),
  queries: table(
    list.map(({ id }) => id),
    1.2,
  ),
  list,
  sampled: new Set(list.map(({ id }) => id)),
  census: documents.map((_, row) => row),
};

const rowsOf = ({ values }: VectorTable): Rows => ({
  count: DOCUMENTS,
  dimension: DIMENSION,
  values,
});
const exact = (held: VectorTable): Store => codedStore(rowsOf(held), plainCode(rowsOf(held)));

/** A side whose search uses other vectors than its embed route gives. */
async function side(
  store: Store,
  search: { readonly queries?: VectorTable; readonly texts?: VectorTable } = {},
): Promise<SideRecord> {
  const { queries = asked.queries, texts = asked.documents } = search;
  const found = await recordSide(store, { ...asked, queries, documents: texts });
  return { ...found, queries: asked.queries, documents: asked.documents };
}

async function against(incumbent: SideRecord): Promise<AttributionFinding> {
  const sides = { incumbent, candidate: await side(exact(asked.documents)) };
  return attribute({ k: 10, collections: [asked.collection], queries: list, sides, seed: 3 })
    .finding;
}

const said = ({ components, sentence, remarks }: AttributionFinding): string =>
  [sentence, ...remarks, ...components.map(({ incumbent }) => incumbent)].join('; ');

describe('an incumbent that embeds with a prefix which the candidate has lost', () => {
  it.each([
    ['documents', async () => await side(exact(prefixed(asked.documents)))],
    [
      'queries',
      async () =>
        await side(exact(asked.documents), {
          queries: prefixed(asked.queries),
          texts: prefixed(asked.documents),
        }),
    ],
  ])('before its %s holds no codes', async (_, made) => {
    const finding = await against(await made());
    expect(said(finding)).not.toMatch(/quantis|scores approximate|held as/);
    expect(finding.status).toBe('unexplained');
    expect(said(finding)).toMatch(
      /incumbent: the scores of one answer are off together, as where its queries or its documents are embedded otherwise than by its embed route/,
    );
  });

  it('before its documents is told from one before its queries where it answers by vector', async () => {
    const held = exact(prefixed(asked.documents));
    const incumbent = await side(held);
    const byVector = new Map(incumbent.deep);
    const finding = await against({ ...incumbent, byVector });
    expect(said(finding)).toContain('its documents are embedded otherwise than by its embed route');
  });
});

describe('codes of the same vectors', () => {
  const rows = rowsOf(asked.documents);
  it.each([
    ['a product quantiser', () => productCode(rows, 12, 32), /scores approximate/],
    ['4 bits', () => integerCode(rows, 7, 'row'), /held as int4/],
  ])('of %s are named, and no embedder', async (_, code, words) => {
    const finding = await against(await side(codedStore(rows, code())));
    expect(said(finding)).toMatch(words);
    expect(said(finding)).not.toContain('embedded otherwise than by its embed route');
  });
});
