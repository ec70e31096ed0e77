import { describe, expect, it } from 'vitest';
import {
  codedStore,
  plainCode,
} from '../../bench/experiments/attribution/engines/quantised-store.ts';
import { type Asked, recordSide } from '../../bench/experiments/attribution/engines/record-side.ts';
import { attribute } from '../../src/attribution/attribute.ts';
import type { AttributionFinding, AttributionQuery } from '../../src/attribution/types.ts';
import type { Filter, Metadata } from '../../src/corpus/types.ts';
import { randomStream } from '../../src/stats/random.ts';

const DIMENSION = 16;
const world = filteredWorld();
const store = codedStore(
  { count: world.documents.ids.length, dimension: DIMENSION, values: world.documents.values },
  plainCode({
    count: world.documents.ids.length,
    dimension: DIMENSION,
    values: world.documents.values,
  }),
);

/** A candidate that is right but for what it makes of filters: it is asked other filters over other fields. */
async function makingOf(
  filter: (filter: Filter) => Filter,
  fields: (metadata: Metadata) => Metadata = (metadata) => metadata,
): Promise<AttributionFinding> {
  const { k, collection, list } = world;
  const other: Asked = {
    ...world,
    collection: {
      name: collection.name,
      documents: collection.documents.map((one) => ({ ...one, metadata: fields(one.metadata) })),
    },
    list: list.map((one) => ({ ...one, filter: one.filter === null ? null : filter(one.filter) })),
  };
  const sides = {
    incumbent: await recordSide(store, world),
    candidate: await recordSide(store, other),
  };
  return attribute({ k, collections: [collection], queries: list, sides, seed: 2 }).finding;
}

const filterOf = ({ components }: AttributionFinding) =>
  components.find(({ component }) => component === 'filter');

describe('what a side makes of filters', () => {
  for (const [name, told, filter, fields] of [
    ['a lower bound that is left out', 'exclusive lower bound', shifted({ gte: 1 }), undefined],
    ['an upper bound that is left out', 'exclusive upper bound', shifted({ lte: -1 }), undefined],
    ['both bounds left out', 'exclusive bounds', shifted({ gte: 1, lte: -1 }), undefined],
    [
      'numbers compared as text',
      'numbers as text',
      (asked: Filter) => asText(asked) as Filter,
      (metadata: Metadata) => asText(metadata) as Metadata,
    ],
    ['the first value of a list alone', 'first value of a list', firstOnly, undefined],
    ['one condition of several', 'any condition', anyOf, withAny],
    [
      'one condition or one bound of several',
      'any condition or bound',
      (asked: Filter) => (asked.grade === undefined ? anyOf(asked) : { graded: 'yes' }),
      (metadata: Metadata) => ({ ...withAny(metadata), graded: 'yes' }),
    ],
  ] as const) {
    it(`${name} is named, and every answer with a filter bears it out`, async () => {
      const finding = await makingOf(filter, fields);
      expect(finding.status, JSON.stringify(finding.measures)).toBe('explained');
      expect(filterOf(finding)).toMatchObject({ status: 'identified', candidate: told });
      expect(finding.measures[1]?.shares[0]?.component).toBe('filter');
    });
  }

  it('that is none of the known ways is not said to be as documented', async () => {
    const finding = await makingOf(
      () => ({ odd: 'yes' }),
      ({ grade }) => ({ odd: Number(grade) % 3 === 0 ? 'yes' : 'no' }),
    );
    expect(filterOf(finding)?.status).toBe('not borne out');
    expect(filterOf(finding)?.candidate).toMatch(/^perhaps /);
    expect(finding.status).toBe('unexplained');
    expect(finding.components.find(({ component }) => component === 'metric')?.status).toBe(
      'identical',
    );
  });

  it('that is the same on both sides is identical', async () => {
    const finding = await makingOf((asked) => asked);
    expect(filterOf(finding)?.status).toBe('identical');
  });
});

describe('scores beside those of the vectors', () => {
  it('by a small boost of each document are no float16', async () => {
    const { k, collection, list, documents } = world;
    const exact = plainCode({
      count: documents.ids.length,
      dimension: DIMENSION,
      values: documents.values,
    });
    const boosted = codedStore(
      { count: documents.ids.length, dimension: DIMENSION, values: documents.values },
      {
        scorer: (query) => {
          const score = exact.scorer(query);
          return (row) => score(row) + ((row * 7919) % 101) * 2e-6;
        },
      },
    );
    const sides = {
      incumbent: await recordSide(store, world),
      candidate: await recordSide(boosted, world),
    };
    const { components } = attribute({
      k,
      collections: [collection],
      queries: list,
      sides,
      seed: 2,
    }).finding;
    const vectors = components.find(({ component }) => component === 'document-vectors');
    expect(vectors?.candidate).not.toContain('float16');
  });
});

function shifted(by: { readonly gte?: number; readonly lte?: number }): (filter: Filter) => Filter {
  return (filter) =>
    Object.fromEntries(
      Object.entries(filter).map(([field, condition]) => [
        field,
        typeof condition === 'object' && !('in' in condition)
          ? Object.fromEntries(
              Object.entries(condition).map(([bound, value]) => [
                bound,
                Number(value) + (by[bound as 'gte' | 'lte'] ?? 0),
              ]),
            )
          : condition,
      ]),
    );
}

function asText(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asText(inner)]));
}

function firstOnly(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([field, condition]) => [
      field,
      typeof condition === 'object' && 'in' in condition ? (condition.in[0] ?? '') : condition,
    ]),
  );
}

/** `kind` and `place` of a query with both become one field of the documents that says whether either holds. */
function anyOf(filter: Filter): Filter {
  const { kind, place } = filter;
  return kind === undefined || place === undefined ? filter : { [`${kind} or ${place}`]: 'yes' };
}

function withAny(metadata: Metadata): Metadata {
  const { kind, place } = metadata;
  return {
    ...metadata,
    ...Object.fromEntries(
      ['a', 'b', 'c'].flatMap((one) =>
        ['here', 'there'].map((other) => [
          `${one} or ${other}`,
          kind === one || place === other ? 'yes' : 'no',
        ]),
      ),
    ),
  };
}

function filteredWorld(): Asked {
  const random = randomStream(6, 'filters');
  const table = (ids: readonly string[]) => {
    const values = Float32Array.from(
      { length: ids.length * DIMENSION },
      () => random.below(2001) / 1000 - 1,
    );
    for (let at = 0; at < ids.length; at++) {
      const row = values.subarray(at * DIMENSION, (at + 1) * DIMENSION);
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      for (let place = 0; place < DIMENSION; place++) row[place] = (row[place] ?? 0) / norm;
    }
    return { ids, dimension: DIMENSION, values };
  };
  const documents = Array.from({ length: 240 }, (_, at) => ({
    id: `d-${at}`,
    text: `text ${at}`,
    metadata: {
      grade: (at * 7) % 20,
      kind: 'abc'[at % 3] ?? 'a',
      place: at % 4 < 2 ? 'here' : 'there',
    },
  }));
  const filters: readonly (Filter | null)[] = [
    null,
    { grade: { gte: 4, lte: 11 } },
    { kind: { in: ['a', 'b'] } },
    { grade: { gte: 9, lte: 15 } },
    { kind: 'b', place: 'here' },
    { grade: { gte: 7, lte: 18 } },
    { kind: { in: ['c', 'a'] } },
    { kind: 'a', place: 'there' },
  ];
  const list = Array.from(
    { length: 120 },
    (_, at): AttributionQuery => ({
      id: `q-${at}`,
      text: `question ${at}`,
      collections: ['all'],
      filter: filters[at % filters.length] ?? null,
      weight: 1,
      noise: { incumbent: null, candidate: null },
    }),
  );
  return {
    k: 10,
    kPrime: 50,
    collection: { name: 'all', documents },
    documents: table(documents.map(({ id }) => `all/${id}`)),
    queries: table(list.map(({ id }) => id)),
    list,
    sampled: new Set(list.map(({ id }) => id)),
    census: documents.map((_, row) => row),
  };
}
