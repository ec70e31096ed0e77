import type { TruthList } from '../types.ts';

/** Which part of the work: one block of documents, one block of queries. */
export interface PartPlace {
  readonly documentBlock: number;
  readonly queryBlock: number;
}

/** Keeps the lists of finished parts, so that work that was killed goes on from them. */
export interface PartStore {
  /** The lists of one part, one a query of its block; null where it is not finished, or damaged. */
  load(place: PartPlace): Promise<readonly TruthList[] | null>;
  /** Keeps the lists of one part; when this is through they outlive the process. */
  save(place: PartPlace, lists: readonly TruthList[]): Promise<void>;
}

/** Keeps nothing: for work that is cheaper to do again than to store. */
export const noParts: PartStore = {
  load: async () => null,
  save: async () => {},
};
