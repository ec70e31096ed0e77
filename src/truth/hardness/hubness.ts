import { mean, sampleSd } from '../../stats/moments.ts';

/** How unevenly documents stand in the lists of queries. */
export interface Hubness {
  /** Skewness of the k-occurrences N_k; 0: even. Null where every document stands in as many lists. */
  readonly skewness: number | null;
  /** Share of all documents that stand in no list. */
  readonly neverFound: number | null;
  /** Lists that the most frequent document stands in, as a share of all lists. */
  readonly topShare: number | null;
}

/**
 * Hubness of a corpus for its queries: N_k(x), in how many lists of k a document stands, and the skewness of N_k over
 * all documents, E[(N_k − μ)³] / σ³ (Radovanović, Nanopoulos & Ivanović, JMLR 2010).
 *
 * @param lists the k nearest documents of each query
 * @param documentCount all documents, also those in no list
 */
export function hubnessOf(lists: readonly (readonly string[])[], documentCount: number): Hubness {
  const occurrences = new Map<string, number>();
  for (const keys of lists) {
    for (const key of keys) occurrences.set(key, (occurrences.get(key) ?? 0) + 1);
  }
  if (documentCount === 0 || lists.length === 0) {
    return { skewness: null, neverFound: null, topShare: null };
  }
  const counts = new Float64Array(documentCount);
  counts.set([...occurrences.values()]);
  const center = mean(counts) ?? 0;
  // σ of the population: the documents are all there are.
  const deviation = (sampleSd(counts) ?? 0) * Math.sqrt((documentCount - 1) / documentCount);
  let third = 0;
  let top = 0;
  for (const count of counts) {
    third += (count - center) ** 3;
    top = Math.max(top, count);
  }
  return {
    skewness: deviation === 0 ? null : third / documentCount / deviation ** 3,
    neverFound: 1 - occurrences.size / documentCount,
    topShare: top / lists.length,
  };
}
