import type { FilterVariant } from './filter-variants.ts';
import type { FittedMetric } from './metric.ts';
import { type Codec, PLAIN } from './precision.ts';

/** How the lists of several collections become one. */
export type FusionVariant =
  /** `alone`: whether the cut is made where only one collection is asked as well. */
  | { readonly kind: 'merge'; readonly perCollection: number; readonly alone: boolean }
  /** Of n collections each gives the nth part of k, rounded up. */
  | { readonly kind: 'even-share' }
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'concatenate' };

/** What stands in the index in place of a document's own vector. */
export type StaleVector =
  | { readonly kind: 'copy'; readonly of: number }
  | { readonly kind: 'fitted'; readonly vector: Float32Array }
  | { readonly kind: 'observed' };

/** Which documents a side can return, and what it holds for them. */
export interface Membership {
  readonly missing: ReadonlySet<number>;
  readonly extras: ReadonlySet<number>;
  readonly stale: ReadonlyMap<number, StaleVector>;
  /** Cosine that a returned score stands for, by query and row, for extras and stale rows. */
  readonly observed: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

/** One side, as far as it was found out: enough to replay its answers. */
export interface SideModel {
  readonly codec: Codec;
  /** Cosines behind scores, by query and row, where the codes that gave them are not known; null elsewhere. */
  readonly seen: ReadonlyMap<number, ReadonlyMap<number, number>> | null;
  readonly metric: FittedMetric;
  readonly membership: Membership;
  readonly filter: FilterVariant;
  readonly fusion: FusionVariant;
  /**
   * Rank in the answer, by query and row, where equally near rows do not come by id. It decides between rows whose
   * scores are the same in float32 and between no others, so it explains nothing else.
   */
  readonly tied: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** Queries whose answer comes in the opposite order. */
  readonly reversed: ReadonlySet<number>;
  /** Ranks that are left out at the top. */
  readonly offset: number;
  /** Most rows of an answer, where it is shorter than the side could make it. */
  readonly lengths: ReadonlyMap<number, number>;
  /** Rows that the index did not find, by query. */
  readonly omitted: ReadonlyMap<number, ReadonlySet<number>>;
  /** Rows that it finds by no question. */
  readonly unreached: ReadonlySet<number>;
}

/** A side of which nothing is known yet. */
export function plainModel(metric: FittedMetric): SideModel {
  return {
    codec: PLAIN,
    seen: null,
    metric,
    membership: { missing: new Set(), extras: new Set(), stale: new Map(), observed: new Map() },
    filter: { kind: 'exact' },
    fusion: { kind: 'merge', perCollection: Number.POSITIVE_INFINITY, alone: true },
    tied: new Map(),
    reversed: new Set(),
    offset: 0,
    lengths: new Map(),
    omitted: new Map(),
    unreached: new Set(),
  };
}

/** The fusion in words. */
export function describeFusion(fusion: FusionVariant): string {
  if (fusion.kind === 'even-share') return 'merged after an even share of k of each collection';
  if (fusion.kind !== 'merge') return fusion.kind.replace('-', ' ');
  return Number.isFinite(fusion.perCollection)
    ? `merged after ${fusion.perCollection} of each collection${fusion.alone ? '' : ', where several are asked'}`
    : 'merged by score';
}
