import type { VectorTable } from '../../record/types.ts';
import type { TruthList } from '../types.ts';
import { auditReferenceIndex, type ReferenceIndexAudit } from './audit.ts';
import { checkReferenceParameters } from './reference-index.ts';

/** Which indexes are built, and how each is searched. */
export interface ReferenceSweepInput {
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  /** The exact list of each query over the same documents, made with k′ ≥ k. */
  readonly truth: readonly TruthList[];
  readonly k: number;
  /** One index a combination of these two. */
  readonly Ms: readonly number[];
  readonly efConstructions: readonly number[];
  readonly efSearches: readonly number[];
  readonly seed?: number;
  /** Folder of saved indexes; without one, nothing is saved or loaded. */
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal;
}

/**
 * Audits one index a combination of M and efConstruction, in rising order, one at a time: an audit
 * fills the memory and a core.
 *
 * @returns each audit as soon as it is there
 * @throws as `auditReferenceIndex`; bad parameters before anything is built
 */
export async function* sweepReferenceIndex(
  input: ReferenceSweepInput,
): AsyncGenerator<ReferenceIndexAudit> {
  const { Ms, efConstructions, efSearches, ...shared } = input;
  for (const M of Ms) checkReferenceParameters({ M });
  for (const efConstruction of efConstructions) checkReferenceParameters({ efConstruction });
  for (const efSearch of efSearches) checkReferenceParameters({ efSearch });
  const rising = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
  for (const M of rising(Ms)) {
    for (const efConstruction of rising(efConstructions)) {
      yield await auditReferenceIndex({ ...shared, M, efConstruction, efSearches });
    }
  }
}
