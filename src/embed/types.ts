/** What a text is embedded for: models with prefixes treat queries and documents apart; `raw` adds none. */
export type TextKind = 'query' | 'document' | 'raw';

/** A local sentence encoder: texts in, raw (not normalised unless the model says so) float32 vectors out. */
export interface Encoder {
  readonly name: string;
  readonly dimension: number;
  /** Longest input in tokens; longer texts are cut at the end. */
  readonly maxTokens: number;
  /** sha256 (hex) over the model's files. */
  readonly fingerprint: string;
  /** One vector of `dimension` a text, in the order of the texts; bit-identical whatever the batch. */
  embed(texts: readonly string[], kind: TextKind): Promise<Float32Array[]>;
  close(): Promise<void>;
}
