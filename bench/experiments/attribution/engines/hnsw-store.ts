import hnswlib from 'hnswlib-node';
import { type Rows, rowOf, type Store } from './store.ts';

/** A graph of hnswlib over unit vectors; scores are its distances, 1 − inner product. */
export interface HnswStore {
  /** The graph searched at that `efSearch`, at least k. */
  readonly atEffort: (efSearch: number) => Store;
  /** Rows near a query, found with a wide search: what a store of codes ranks again. */
  readonly shortlist: (query: Float32Array, count: number) => number[];
}

/** Builds the graph. */
export function hnswStore(
  rows: Rows,
  settings: { readonly M: number; readonly efConstruction: number },
): HnswStore {
  const graph = new hnswlib.HierarchicalNSW('ip', rows.dimension);
  graph.initIndex(rows.count, settings.M, settings.efConstruction, 1);
  for (let row = 0; row < rows.count; row++) graph.addPoint([...rowOf(rows, row)], row);
  return {
    atEffort: (efSearch) => ({
      search: (query, k, accepts) => {
        graph.setEf(Math.max(efSearch, k));
        const { neighbors, distances } = graph.searchKnn([...query], k, accepts ?? undefined);
        return { rows: neighbors, scores: distances };
      },
    }),
    shortlist: (query, count) => {
      graph.setEf(count);
      return graph.searchKnn([...query], count).neighbors;
    },
  };
}
