import type { Side } from '../../record/types.ts';

/** Which documents a side could not find by their own text. */
export interface CensusFinding {
  readonly side: Side;
  readonly asked: number;
  readonly documents: number;
  readonly failed: number;
  /** Documents that it never answered for; absent where there are none. */
  readonly unanswered?: readonly string[];
  /** Most times that one document was asked: documents that a side did not return first are asked again. */
  readonly asks: number;
  /** Documents without a defined truth (blank text, zero vector): not judged. */
  readonly undefinedCount: number;
  /** In no answer of this side, whatever was asked. */
  readonly missing: readonly string[];
  /** Never found by its own text, though other questions return it. */
  readonly elsewhere: readonly string[];
  /** In every answer to its own text, but behind a document that is strictly farther. */
  readonly displaced: readonly string[];
}

/** Documents whose score for their own text was held against their own vector, of one side. */
export interface SelfScoreFinding {
  readonly side: Side;
  readonly judged: number;
  /** Scored otherwise: the index holds another vector, though the document may still be nearest to its own text. */
  readonly stale: readonly string[];
}
