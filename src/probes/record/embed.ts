import type { Side } from '../../record/types.ts';
import type { ProbeAnswer } from './answer.ts';

/** What nearest means in the index that the vectors are for. */
export type IndexDistance = 'cosine' | 'euclidean' | 'dot';

/** A text that embedding services are known to treat differently. */
export interface EdgeText {
  readonly name: string;
  readonly text: string;
}

/** The embeddings of one side. */
export interface EmbedSideRecord {
  readonly path: string;
  /** The model the side says it used; null where it does not say. */
  readonly model: string | null;
  /** The texts in batches of `batchSize`, in their order. */
  readonly batches: readonly ProbeAnswer<readonly Float32Array[]>[];
  /** The first texts, each in a request of its own; and the same once more. */
  readonly alone: readonly ProbeAnswer<readonly Float32Array[]>[];
  readonly again: readonly ProbeAnswer<readonly Float32Array[]>[];
  /** The first batch in reverse order. */
  readonly reversed: ProbeAnswer<readonly Float32Array[]>;
  readonly edges: readonly ProbeAnswer<readonly Float32Array[]>[];
  /** Many short texts in one request. */
  readonly many: ProbeAnswer<readonly Float32Array[]>;
}

/** Everything that the embedding probe observed. */
export interface EmbedRecord {
  readonly probe: 'embed';
  readonly askedModel: string | null;
  readonly distance: IndexDistance;
  readonly texts: readonly string[];
  readonly batchSize: number;
  readonly edges: readonly EdgeText[];
  readonly manyCount: number;
  readonly sides: Readonly<Record<Side, EmbedSideRecord>>;
  /** The same texts through a local model; null where none was given. */
  readonly reference: { readonly name: string; readonly vectors: readonly Float32Array[] } | null;
}
