import type { Side } from '../../record/types.ts';

/** Parity of the two sides' embeddings of the same texts. */
export interface EmbeddingFinding {
  readonly texts: number;
  /** Texts that one side or both failed to embed. */
  readonly missing: Readonly<Record<Side, number>>;
  readonly comparable: boolean;
  readonly dimensionIncumbent: number;
  readonly dimensionCandidate: number;
  readonly cosineMin: number | null;
  readonly cosineMean: number | null;
  readonly atLeast: number;
  readonly cosineThreshold: number;
  /** Texts whose cosine reaches `alikeThreshold`: embedded alike, if not to the last bit. */
  readonly alike: number;
  readonly alikeThreshold: number;
  readonly normRatioMin: number | null;
  readonly normRatioMedian: number | null;
  readonly normRatioMax: number | null;
  readonly maxAbs: number | null;
  readonly maxUlp: number | null;
  readonly bitEqual: number;
  readonly bitEqualNormalised: number;
  readonly zeroVectors: number;
  /**
   * Texts that the incumbent embeds in some direction and the candidate, asked for the same, not at all or as a vector
   * of zeros; absent where there are none, and where the candidate has no embed.
   */
  readonly lostByCandidate?: number;
  readonly worst: readonly { readonly id: string; readonly cosine: number }[];
}
