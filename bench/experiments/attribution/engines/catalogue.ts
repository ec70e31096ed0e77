import { type HnswStore, hnswStore } from './hnsw-store.ts';
import { type PgvectorTable, pgvectorTable } from './pgvector-store.ts';
import {
  binaryCode,
  type Coded,
  codedStore,
  integerCode,
  partition,
  plainCode,
  productCode,
} from './quantised-store.ts';
import type { Rows, Store } from './store.ts';

/** Rows of a wide search that a store of codes ranks for a document's own vector. */
const SHORTLIST = 400;

/** Makes the engines by name, each when it is first asked for; graphs and tables are shared. */
export function engineCatalogue(rows: Rows): {
  readonly names: readonly string[];
  readonly open: (name: string) => Promise<Store>;
  readonly close: () => Promise<void>;
} {
  const graphs = new Map<number, HnswStore>();
  const graph = (M: number): HnswStore => {
    const known = graphs.get(M) ?? hnswStore(rows, { M, efConstruction: 100 });
    graphs.set(M, known);
    return known;
  };
  const hnsw = (M: number, efSearch: number): Store => ({
    search: (query, k, accepts) => graph(M).atEffort(efSearch).search(query, k, accepts),
  });
  let table: PgvectorTable | null = null;
  const pgvector = async (efSearch: number): Promise<Store> => {
    table ??= await pgvectorTable(rows);
    return table.ofEffort(efSearch);
  };
  const near = (query: Float32Array): readonly number[] => graph(16).shortlist(query, SHORTLIST);
  const coded = (code: Coded): Store => codedStore(rows, code, { near });
  const makers: Readonly<Record<string, () => Store | Promise<Store>>> = {
    exact: () => coded(plainCode(rows)),
    'hnsw M 16, ef 10': () => hnsw(16, 10),
    'hnsw M 16, ef 20': () => hnsw(16, 20),
    'hnsw M 16, ef 40': () => hnsw(16, 40),
    'hnsw M 4, ef 40': () => hnsw(4, 40),
    'pgvector ef 10': () => pgvector(10),
    'pgvector ef 40': () => pgvector(40),
    'pgvector ef 200': () => pgvector(200),
    'ivf 64, 4 probes': () => codedStore(rows, plainCode(rows), { to: partition(rows, 64, 4) }),
    'int8 by row': () => coded(integerCode(rows, 127, 'row')),
    'int8 by index': () => coded(integerCode(rows, 127, 'index')),
    'int4 by row': () => coded(integerCode(rows, 7, 'row')),
    'int8 by row in a graph': () =>
      codedStore(rows, integerCode(rows, 127, 'row'), {
        to: (query) => graph(4).shortlist(query, 50),
      }),
    binary: () => codedStore(rows, binaryCode(rows)),
    'pq 96': () => coded(productCode(rows, 96)),
    'ivf-pq 64, 8 probes, 48 parts': () =>
      codedStore(rows, productCode(rows, 48), { to: partition(rows, 64, 8) }),
  };
  return {
    names: Object.keys(makers),
    open: async (name) => {
      const make = makers[name];
      if (make === undefined)
        throw new Error(`no engine ${name}; there are ${Object.keys(makers).join('; ')}`);
      return await make();
    },
    close: async () => {
      await table?.close();
    },
  };
}
