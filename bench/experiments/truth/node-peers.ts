import { createRequire } from 'node:module';
import type { CorpusMetric } from '../../../src/corpus/types.ts';
import type { ExactInput } from '../../../src/truth/engines/exact-engine.ts';
import { packageVersion } from '../support.ts';
import type { Contestant } from './contestants.ts';

/** Libraries of npm that search exactly in this process. */
export const NODE_PEERS = ['usearch', 'hnswlib'] as const;
export type NodePeer = (typeof NODE_PEERS)[number];

const PACKAGES = { usearch: 'usearch', hnswlib: 'hnswlib-node' } as const;
/** More multiplications than these take hnswlib, which has one thread, too long for rounds. */
const MOST_OF_HNSWLIB = 4e9;

/** What is used of `usearch`, a package that need not be there. */
interface Usearch {
  readonly MetricKind: Readonly<Record<'IP' | 'L2sq', string>>;
  readonly exactSearch: (
    rows: Float32Array,
    queries: Float32Array,
    dimension: number,
    count: number,
    metric: string,
    threads: number,
  ) => { readonly keys: BigUint64Array };
}

/** What is used of `hnswlib-node`'s search without an index. */
interface Hnswlib {
  readonly BruteforceSearch: new (
    space: string,
    dimension: number,
  ) => {
    readonly initIndex: (count: number) => void;
    readonly addPoint: (row: number[], label: number) => void;
    readonly searchKnn: (query: number[], k: number) => { readonly neighbors: number[] };
  };
}

/** A library of npm as a contestant, or why it is left out. */
export function nodeContestant(
  name: NodePeer,
  input: ExactInput,
  metric: CorpusMetric,
  threads: number,
): Contestant | string {
  const { documents, queries } = input;
  const work = documents.ids.length * queries.ids.length * documents.dimension;
  if (name === 'hnswlib' && work > MOST_OF_HNSWLIB) {
    return 'one thread, which takes too long here';
  }
  const start = performance.now();
  const require = createRequire(import.meta.url);
  let library: unknown;
  try {
    library = require(PACKAGES[name]);
  } catch (error) {
    const detail = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `npm install --no-save ${PACKAGES[name]}: ${detail}`;
  }
  const startMs = performance.now() - start;
  const what = `${PACKAGES[name]} ${packageVersion(PACKAGES[name])}`;
  const searcher =
    name === 'usearch'
      ? usearch(library as Usearch, input, metric, threads)
      : hnswlib(library as Hnswlib, input, metric);
  const note =
    name === 'usearch' ? `exactSearch, ${threads} threads` : 'BruteforceSearch, 1 thread';
  return { name, what: `${what}, ${note}`, startMs, ...searcher, close: async () => {} };
}

type Searcher = Pick<Contestant, 'prepare' | 'search'>;

function usearch(
  { exactSearch, MetricKind }: Usearch,
  { documents, queries, kPrime }: ExactInput,
  metric: CorpusMetric,
  threads: number,
): Searcher {
  const { dimension } = documents;
  const kind = metric === 'euclidean' ? MetricKind.L2sq : MetricKind.IP;
  let rows = new Float32Array(0);
  return {
    prepare: async () => {
      const start = performance.now();
      rows = asRanked(documents.values, dimension, metric);
      return performance.now() - start;
    },
    search: async () => {
      const start = performance.now();
      const asked = asRanked(queries.values, dimension, metric);
      const { keys } = exactSearch(rows, asked, dimension, kPrime, kind, threads);
      const ms = performance.now() - start;
      return { ms, ids: queries.ids.map((_, at) => rowsOf(keys, at * kPrime, kPrime)) };
    },
  };
}

function hnswlib(
  { BruteforceSearch }: Hnswlib,
  { documents, queries, kPrime }: ExactInput,
  metric: CorpusMetric,
): Searcher {
  const { dimension } = documents;
  const made = () => new BruteforceSearch(metric === 'euclidean' ? 'l2' : 'ip', dimension);
  const rowAt = (values: Float32Array, row: number) =>
    Array.from(values.subarray(row * dimension, (row + 1) * dimension));
  let index = made();
  return {
    prepare: async () => {
      const start = performance.now();
      const rows = asRanked(documents.values, dimension, metric);
      index = made();
      index.initIndex(documents.ids.length);
      for (const row of documents.ids.keys()) index.addPoint(rowAt(rows, row), row);
      return performance.now() - start;
    },
    search: async () => {
      const start = performance.now();
      const asked = asRanked(queries.values, dimension, metric);
      const ids = queries.ids.map((_, row) => index.searchKnn(rowAt(asked, row), kPrime).neighbors);
      return { ms: performance.now() - start, ids };
    },
  };
}

function rowsOf(keys: BigUint64Array, from: number, count: number): number[] {
  return Array.from(keys.subarray(from, from + count), Number);
}

/** Rows as they are ranked: of unit length where nearness is the cosine. */
function asRanked(
  values: Float32Array,
  dimension: number,
  metric: CorpusMetric,
): Float32Array<ArrayBuffer> {
  const own = Float32Array.from(values);
  if (metric !== 'cosine') return own;
  for (let from = 0; from < own.length; from += dimension) {
    let square = 0;
    for (let i = from; i < from + dimension; i++) square += (own[i] as number) ** 2;
    const inverse = 1 / Math.sqrt(square);
    for (let i = from; i < from + dimension; i++) own[i] = (own[i] as number) * inverse;
  }
  return own;
}
