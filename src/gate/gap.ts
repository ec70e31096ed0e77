import type { Metric } from '../metrics/metric.ts';
import type { Cell, Side } from '../record/types.ts';

/** Something that a verdict of the main job says nothing about. */
export type RetrieveGap =
  /** A gate that is switched off, by its key below `gates`. */
  | { readonly type: 'gate off'; readonly key: string }
  /** A metric that was to be gated by judgments that are not there. */
  | {
      readonly type: 'no judgments';
      readonly metric: Metric;
      readonly cell: Cell;
      readonly slice: string | null;
    }
  /** Quality at the efforts in use, where the run set others for equal recall. */
  | { readonly type: 'efforts in use' }
  /** nDCG, where nobody set its margin and the judgments were generated with the documents. */
  | { readonly type: 'generated judgments' }
  /** Exact neighbours, where judgments were declared to decide. */
  | { readonly type: 'exact neighbours' }
  /** Slices of too few needs for a claim of their own. */
  | {
      readonly type: 'small slices';
      readonly cell: Cell;
      readonly slices: readonly { readonly slice: string; readonly needs: number }[];
      /** Needs that identical sides need at the default margin. */
      readonly leastNeeds: number;
    }
  | { readonly type: 'filters'; readonly cell: Cell }
  /** Queries that a side cannot express. */
  | {
      readonly type: 'unasked queries';
      readonly cell: Cell;
      readonly side: Side;
      readonly why: string;
      readonly queries: number;
    }
  /** Operations that were not asked. */
  | { readonly type: 'operations'; readonly operations: readonly string[] }
  /** Embeddings, where a side was asked for none or gave none. */
  | { readonly type: 'embeddings' }
  /** No block of latency was timed. */
  | { readonly type: 'latency' }
  /** Metadata and texts of hits are not compared. */
  | { readonly type: 'payloads' }
  /** Vectors are those of the embed endpoints. */
  | { readonly type: 'stored vectors' }
  /** A rebuild of an index is another index. */
  | { readonly type: 'other builds' }
  /** Membership was sampled. */
  | { readonly type: 'unsampled documents' }
  /** Needs that were left when the gates on quality had decided. */
  | { readonly type: 'needs not asked'; readonly cell: Cell; readonly needs: number }
  /** Stages after an interrupt. */
  | { readonly type: 'interrupted' }
  /** Objectives that are judged under load alone, as dotted keys. */
  | { readonly type: 'under load'; readonly keys: readonly string[] };
