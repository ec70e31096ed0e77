import { atPrecision, type Precision } from '../../src/attribution/replay/precision.ts';
import type {
  AttributionInput,
  AttributionQuery,
  RankedAnswer,
  SideRecord,
} from '../../src/attribution/types.ts';
import { matchesFilter } from '../../src/corpus/filter.ts';
import type { Collection, Filter, Metadata } from '../../src/corpus/types.ts';
import type { VectorTable } from '../../src/record/types.ts';
import { type Random, randomStream } from '../../src/stats/random.ts';

const DIMENSION = 24;

/** How a planted side works; every part may be changed alone. */
export interface PlantedSide {
  readonly missing: ReadonlySet<string>;
  /** Document → the document whose vector is in its place. */
  readonly stale: ReadonlyMap<string, string>;
  readonly extra: readonly { readonly id: string; readonly of: string }[];
  readonly metric: 'cosine' | 'dot' | 'euclidean';
  readonly filter: 'exact' | 'ignored' | 'post';
  readonly perCollection: number;
  readonly reversed: boolean;
  readonly rows: number;
  readonly offset: number;
  readonly queryNoise: number;
  readonly documentNoise: number;
  /** The search embeds queries otherwise than the embed route says. */
  readonly searchNoise: number;
  readonly takesVectors: boolean;
  readonly precision: Precision;
  /** Share of the rows that a search at k does not find. */
  readonly lost: number;
  /** Added to the score of documents by a field that nobody sees. */
  readonly boost: (id: string) => number;
  readonly score: (cosineOrBase: number) => number;
}

export const SOUND: PlantedSide = {
  missing: new Set(),
  stale: new Map(),
  extra: [],
  metric: 'cosine',
  filter: 'exact',
  perCollection: Number.POSITIVE_INFINITY,
  reversed: false,
  rows: Number.POSITIVE_INFINITY,
  offset: 0,
  queryNoise: 0,
  documentNoise: 0,
  searchNoise: 0,
  takesVectors: false,
  precision: 'float32',
  lost: 0,
  boost: () => 0,
  score: (value) => value,
};

export interface PlantedWorld {
  readonly k: number;
  readonly collections: readonly Collection[];
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  readonly asked: readonly AttributionQuery[];
  readonly seed: number;
}

/** Documents of uneven length in two collections, and queries near some of them; a fifth filtered, a fifth over both. */
export function plantedWorld(seed: number, documents = 120, queries = 80, k = 10): PlantedWorld {
  const random = randomStream(seed, 'planted');
  const names = Array.from({ length: documents }, (_, at) =>
    at % 3 === 2 ? `jobs/j-${at}` : `workers/w-${at}`,
  );
  const collections = ['workers', 'jobs'].map((name) => ({
    name,
    documents: names
      .filter((key) => key.startsWith(`${name}/`))
      .map((key) => ({
        id: key.slice(name.length + 1),
        text: `text of ${key}`,
        metadata: { half: Number(key.split('-')[1]) % 2 === 0 ? 'even' : 'odd' },
      })),
  }));
  const ordered = collections.flatMap(({ name, documents: rows }) =>
    rows.map(({ id }) => `${name}/${id}`),
  );
  const values = new Float32Array(documents * DIMENSION);
  for (let row = 0; row < documents; row++) {
    const length = 0.8 + random.below(400) / 1000;
    const vector = direction(random);
    for (let at = 0; at < DIMENSION; at++)
      values[row * DIMENSION + at] = length * (vector[at] ?? 0);
  }
  const asked = Array.from({ length: queries }, (_, at): AttributionQuery => {
    const filter: Filter | null = at % 5 === 3 ? { half: 'even' } : null;
    return {
      id: `q-${at}`,
      text: `question ${at}`,
      collections: at % 5 === 4 ? ['workers', 'jobs'] : at % 2 === 0 ? ['workers'] : ['jobs'],
      filter,
      weight: 1,
      noise: { incumbent: null, candidate: null },
    };
  });
  const queryValues = new Float32Array(queries * DIMENSION);
  for (let row = 0; row < queries; row++) queryValues.set(direction(random), row * DIMENSION);
  return {
    k,
    collections,
    documents: { ids: ordered, dimension: DIMENSION, values },
    queries: { ids: asked.map(({ id }) => id), dimension: DIMENSION, values: queryValues },
    asked,
    seed,
  };
}

/** Parts of a side, for games in which some of them come from the other. */
export const PARTS = {
  membership: ['missing', 'stale', 'extra'],
  metric: ['metric', 'score'],
  filter: ['filter'],
  fusion: ['perCollection'],
  order: ['reversed'],
  truncation: ['rows', 'offset'],
  'query-embedder': ['queryNoise', 'searchNoise', 'takesVectors'],
  'document-vectors': ['documentNoise', 'precision'],
  index: ['lost'],
  boost: ['boost'],
} as const satisfies Record<string, readonly (keyof PlantedSide)[]>;

/** What a run would have recorded of two such sides. */
export function recorded(
  world: PlantedWorld,
  incumbent: PlantedSide,
  candidate: PlantedSide,
): AttributionInput {
  return {
    k: world.k,
    collections: world.collections,
    queries: world.asked,
    sides: { incumbent: record(world, incumbent), candidate: record(world, candidate) },
    seed: 5,
  };
}

function record(world: PlantedWorld, side: PlantedSide): SideRecord {
  const given = noisy(world.documents, side.documentNoise, world.seed);
  const documents = atPrecision(given, side.precision);
  const queries = noisy(world.queries, side.queryNoise, world.seed);
  const searched = noisy(queries, side.searchNoise, world.seed + 1);
  const deep = new Map<string, RankedAnswer>();
  const answers = new Map<string, RankedAnswer>();
  const byVector = new Map<string, RankedAnswer>();
  const census = new Map<string, RankedAnswer>();
  for (const [row, query] of world.asked.entries()) {
    const vector = searched.values.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    const own = queries.values.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    answers.set(query.id, answer(world, side, { documents, vector, asked: query, k: world.k }));
    const kPrime = Math.max(4 * world.k, 50);
    deep.set(query.id, answer(world, side, { documents, vector, asked: query, k: kPrime }));
    if (side.takesVectors) {
      byVector.set(
        query.id,
        answer(world, side, { documents, vector: own, asked: query, k: kPrime }),
      );
    }
  }
  for (const [row, key] of world.documents.ids.entries()) {
    const collection = key.slice(0, key.indexOf('/'));
    const vector = documents.values.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    const query = { id: key, collections: [collection], filter: null };
    const question = { documents, vector, asked: query, k: world.k };
    census.set(key, answer(world, { ...side, lost: 0 }, question));
  }
  return { documents: given, queries, answers, deep, byVector, census };
}

/** One answer of a planted side, ranked plainly: the independent reference of the tests. */
export function answer(
  world: PlantedWorld,
  side: PlantedSide,
  {
    documents,
    vector: query,
    asked,
    k,
  }: {
    readonly documents: VectorTable;
    readonly vector: Float32Array;
    readonly asked: Pick<AttributionQuery, 'id' | 'collections' | 'filter'>;
    readonly k: number;
  },
): RankedAnswer {
  const rowOf = new Map(documents.ids.map((key, row) => [key, row]));
  const vectorOf = (key: string): Float32Array => {
    const row = rowOf.get(key) ?? 0;
    return documents.values.subarray(row * DIMENSION, (row + 1) * DIMENSION);
  };
  const wanted = k + side.offset;
  const lists = asked.collections.map((name) => {
    const rows = [
      ...documents.ids.map((key) => ({ key, held: side.stale.get(key) ?? key })),
      ...side.extra.map(({ id, of }) => ({ key: id, held: of })),
    ].filter(({ key }) => key.startsWith(`${name}/`) && !side.missing.has(key));
    const metadata = new Map(
      world.collections.flatMap((entry) =>
        entry.documents.map((row): [string, Metadata] => [`${entry.name}/${row.id}`, row.metadata]),
      ),
    );
    const accepted = ({ key }: { readonly key: string }): boolean =>
      asked.filter === null || matchesFilter(asked.filter, metadata.get(key) ?? { half: 'even' });
    let ranked = rows
      .filter((row) => side.filter !== 'exact' || accepted(row))
      .filter(
        ({ key }) => k > world.k || side.lost === 0 || chance(`${asked.id} ${key}`) >= side.lost,
      )
      .map((row) => {
        const { rank, base } = scored(side.metric, query, vectorOf(row.held));
        const bonus = side.boost(row.key);
        return { ...row, rank: rank + bonus, base: base + bonus };
      })
      .sort((a, b) => b.rank - a.rank || (a.key < b.key ? -1 : 1));
    if (side.filter === 'post') ranked = ranked.slice(0, k).filter(accepted);
    return ranked.slice(0, Math.min(wanted, side.perCollection));
  });
  const merged =
    lists.length === 1
      ? (lists[0] ?? [])
      : lists.flat().sort((a, b) => b.rank - a.rank || (a.key < b.key ? -1 : 1));
  const cut = merged.slice(side.offset, wanted).slice(0, side.rows);
  const rows = side.reversed ? cut.reverse() : cut;
  return { keys: rows.map(({ key }) => key), scores: rows.map(({ base }) => side.score(base)), k };
}

function scored(
  metric: PlantedSide['metric'],
  query: Float32Array,
  vector: Float32Array,
): { rank: number; base: number } {
  let dot = 0;
  let xx = 0;
  let yy = 0;
  for (let at = 0; at < DIMENSION; at++) {
    const [x, y] = [query[at] ?? 0, vector[at] ?? 0];
    dot += x * y;
    xx += x * x;
    yy += y * y;
  }
  if (metric === 'dot') return { rank: dot, base: dot };
  if (metric === 'euclidean') {
    const distance = Math.sqrt(Math.max(0, xx + yy - 2 * dot));
    return { rank: -distance, base: distance };
  }
  const cosine = dot / Math.sqrt(xx * yy);
  return { rank: cosine, base: cosine };
}

/** The table with noise of that relative size, the same for the same seed. */
export function noisy(table: VectorTable, size: number, seed: number): VectorTable {
  if (size === 0) return table;
  const random = randomStream(seed, `noise ${table.ids[0]}`);
  const values = table.values.slice();
  for (let row = 0; row < table.ids.length; row++) {
    const noise = direction(random);
    for (let at = 0; at < DIMENSION; at++) {
      const place = row * DIMENSION + at;
      values[place] = (values[place] ?? 0) + size * (noise[at] ?? 0);
    }
  }
  return { ...table, values };
}

function direction(random: Random): Float32Array {
  const vector = Float32Array.from({ length: DIMENSION }, () => random.below(2_000_001) / 1e6 - 1);
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / norm);
}

function chance(text: string): number {
  return randomStream(11, text).below(1000) / 1000;
}
