import type { Side } from '../../record/types.ts';
import type { CollectionInfo } from '../../wire/operations.ts';

/** Something that a run would warn of before it measures. */
export interface SaidCanary {
  readonly kind: string;
  readonly side: string;
  readonly collection: string;
  /** What was found, and what to do about it. */
  readonly what: string;
  readonly todo: string;
}

/** Two backends as a run would find them before it measures. */
export interface PairCanaries {
  readonly canaries: readonly SaidCanary[];
  readonly sides: Readonly<Record<Side, DescribedSide>>;
}

/** What one of them said of itself. */
export interface DescribedSide {
  readonly label: string;
  readonly service: string | null;
  readonly version: string | null;
  readonly collections: Readonly<Record<string, CollectionInfo>>;
}
