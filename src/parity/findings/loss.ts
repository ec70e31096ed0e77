import type { AttributionFinding } from '../../attribution/types.ts';
import type { Cell, Side } from '../../record/types.ts';

/** Where a side loses recall@k, by its own exact search; the parts add up to the loss. */
export interface LossSplit {
  readonly side: Side;
  readonly queries: number;
  readonly loss: number;
  /** What its own exact search loses too: codes, or other vectors or documents than those of truth. */
  readonly held: number;
  /**
   * What its search through the index loses beyond that, of queries without a filter and with one: what the graph does
   * not find, and what codes misjudge where the exact search goes by whole vectors.
   */
  readonly graph: number;
  readonly filter: number;
}

/** Why the two sides disagree on one operation. */
export interface CellAttribution extends AttributionFinding {
  readonly cell: Cell;
  /** Of sides that have an exact search of their own; absent where none has. */
  readonly losses?: readonly LossSplit[];
}
