/** Every number the shipped model is made with. */
export interface Recipe {
  readonly seed: number;
  readonly textCount: number;
  readonly dimension: number;
  /** Words to either side that count as neighbours. */
  readonly window: number;
  /** Share of the texts a word must occur in, on average, to be trained as a word. */
  readonly minShare: number;
  /** Bits by which an association must beat chance. */
  readonly shiftBits: number;
  readonly oversampling: number;
  readonly iterations: number;
  /** Single characters in the vocabulary, most frequent first; each also as a continuation. */
  readonly characterCount: number;
  /** Word pieces of two characters and more, for words that were not trained. */
  readonly pieceCount: number;
  /** Share of a trained word's occurrences that is taken to be misspelled. */
  readonly slipRate: number;
  /** What an untrained word, a name above all, weighs beside a misspelled one when pieces are chosen. */
  readonly foreignShare: number;
  /** Length of the part of a vector that is a token's own, beside a median learned part of length 1. */
  readonly identity: number;
  /** Bits of information (of a word's being in a text) at which a token counts in full. */
  readonly fullBits: number;
  /** Information of a piece of a word, from 0 to 1, where it could be of any word. */
  readonly pieceInformation: number;
  /**
   * Sine of the angle between a token and the direction common to all tokens: without information, with
   * full information, and for [CLS] and [SEP]. It sets how long a mean of many tokens is beside that of
   * few, and how near all texts are to one another: the anisotropy that trained encoders have too.
   */
  readonly leastAngle: number;
  readonly widestAngle: number;
  readonly specialAngle: number;
  readonly maxTokens: number;
}

/** The recipe of the committed model. */
export const SHIPPED_RECIPE: Recipe = {
  seed: 20_240_601,
  textCount: 60_000,
  dimension: 768,
  window: 12,
  minShare: 0.0015,
  shiftBits: 0,
  oversampling: 32,
  iterations: 2,
  characterCount: 160,
  pieceCount: 2900,
  slipRate: 0.1,
  foreignShare: 0.02,
  identity: 0.42,
  fullBits: 4.8,
  pieceInformation: 0.62,
  leastAngle: 0.32,
  widestAngle: 0.78,
  specialAngle: 0.795,
  maxTokens: 256,
};
