import { isInstalled } from '../../support.ts';

/** Two settings of one engine whose difference is known otherwise. */
export interface Comparison {
  readonly name: string;
  /** Which queries are asked: those without a filter, or those with one. */
  readonly queries: 'plain' | 'filtered';
  readonly incumbent: string;
  readonly candidate: string;
  /** What the difference has to be put down to first; empty where nothing is promised. */
  readonly expected: readonly string[];
}

/** Name of the table of each engine that has tables. */
export const TABLE = 'truths';

/** The comparisons of one engine, or why it cannot be had. */
export interface EngineComparisons {
  readonly name: string;
  readonly missing: string | null;
  readonly comparisons: readonly Comparison[];
}

const INDEX = ['index'];
const VECTORS = ['document-vectors'];

/** What is compared, with servers as `npm run servers` names them in the environment. */
export function engineComparisons(
  env: Readonly<Record<string, string | undefined>>,
  scratch: string,
): EngineComparisons[] {
  const server = (
    name: string,
    variable: string,
    comparisons: (url: string) => readonly Comparison[],
  ): EngineComparisons => {
    const url = env[variable];
    if (url !== undefined) return { name, missing: null, comparisons: comparisons(url) };
    return { name, missing: `${variable} is not set`, comparisons: [] };
  };
  return [
    {
      name: 'LanceDB',
      missing: isInstalled('@lancedb/lancedb') ? null : '@lancedb/lancedb is not installed',
      comparisons: [
        {
          name: 'LanceDB, IVF-PQ, its defaults',
          queries: 'plain',
          incumbent: `lancedb://${scratch}/flat?table=${TABLE}&index=none`,
          candidate: `lancedb://${scratch}/pq?table=${TABLE}&index=ivf_pq`,
          // Its cells lose rows, and its codes order what they have.
          expected: [...VECTORS, ...INDEX],
        },
      ],
    },
    server('Redis', 'REDIS_URL', (base) => {
      const url = (quantisation: string, rest = '') =>
        `${base}/truths-${quantisation}?quantisation=${quantisation}${rest}`;
      const incumbent = url('none', '&exact=true');
      const of = (name: string, candidate: string, expected: readonly string[]): Comparison => ({
        ...{ name, queries: 'plain', incumbent, candidate, expected },
      });
      return [
        of('Redis, FP32, its default EF', url('none'), INDEX),
        of('Redis, Q8, its default EF', url('q8'), VECTORS),
        of('Redis, BIN, its default EF', url('bin'), VECTORS),
      ];
    }),
    server('MariaDB', 'MARIADB_URL', (base) => {
      const url = (rest: string) => `${base}?table=${TABLE}&connections=8&${rest}`;
      return [
        {
          name: 'MariaDB, its default M and ef_search',
          ...{ queries: 'plain', incumbent: url('exact=true'), candidate: url('index=mhnsw') },
          expected: INDEX,
        },
      ];
    }),
    server('pgvector', 'PGVECTOR_URL', (base) => {
      const url = (rest: string) => `${base}?table=${TABLE}&connections=8&${rest}`;
      const incumbent = url('exact=true');
      const hnsw = (effort: number, rest = '') =>
        url(`index=hnsw&seqscan=off&ef_search=${effort}${rest}`);
      return [
        ...[10, 40, 200].map((effort): Comparison => {
          const name = `pgvector, HNSW, ef_search ${effort}`;
          return { name, queries: 'plain', incumbent, candidate: hnsw(effort), expected: INDEX };
        }),
        {
          name: 'pgvector, HNSW, ef_search 40, with filters',
          ...{ queries: 'filtered', incumbent, candidate: hnsw(40), expected: ['filter'] },
        },
        {
          name: 'pgvector, HNSW, ef_search 40, with filters, iterative scan',
          ...{ queries: 'filtered', incumbent, expected: [] },
          candidate: hnsw(40, '&iterative_scan=strict_order'),
        },
      ];
    }),
  ];
}
