import type { VectorTable } from '../../record/types.ts';
import type { ExactIndex } from '../engines/exact-engine.ts';
import type { TruthList } from '../types.ts';
import type { FilterMasks } from './filter-masks.ts';

/** One part of a plan: a block of queries against a block of documents, both as rows of the metric's space. */
export interface PartSearch {
  readonly index: ExactIndex;
  readonly queries: VectorTable;
  readonly kPrime: number;
  /** Null where every query may find every document. */
  readonly masks: FilterMasks | null;
  readonly signal?: AbortSignal;
  /** Called with the share that is done. */
  readonly onProgress?: (share: number) => void;
}

/** The exact lists of one part, one a query; the same wherever it is carried out. */
export async function searchPart({ index, masks, ...ask }: PartSearch): Promise<TruthList[]> {
  const { lists } = await index.topK({
    ...ask,
    ...(masks === null ? {} : { allowed: (query) => masks.of(query) }),
  });
  return [...lists];
}
