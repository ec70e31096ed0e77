import { type DocumentKey, partsOf } from '../../corpus/document-key.ts';
import type { Corpus } from '../../corpus/types.ts';
import type { ComputedTruth } from '../../truth/corpus/compute-truth.ts';
import { metricSpace } from '../../truth/metric-space.ts';

/**
 * The truth of a run without the incumbent's vectors: no query has an exact list, and a document is found by its own
 * text where it stands anywhere in the answer. Blank texts are left out.
 *
 * @param k depth of the answers
 */
export function truthWithoutVectors(
  corpus: Corpus,
  censusKeys: readonly DocumentKey[],
  k: number,
): { readonly queries: ComputedTruth; readonly census: ComputedTruth } {
  const texts = new Map(
    corpus.collections.map(({ name, documents }) => [
      name,
      new Map(documents.map(({ id, text }) => [id, text])),
    ]),
  );
  const asked = new Set<string>(
    censusKeys.filter((key) => {
      const { collection, id } = partsOf(key);
      return (texts.get(collection)?.get(id) ?? '').trim() !== '';
    }),
  );
  const nowhere: ComputedTruth = {
    space: metricSpace('cosine', 1),
    lists: [],
    zeroDocuments: [],
    zeroQueries: [],
    passedOver: [],
    list: () => null,
    exactScore: () => null,
  };
  // As many equal scores as rows: any of them is the top tie group.
  const anywhere = { keys: [], scores: new Float64Array(k).fill(1), allowedCount: k };
  return {
    queries: nowhere,
    census: { ...nowhere, list: (key) => (asked.has(key) ? anywhere : null) },
  };
}
