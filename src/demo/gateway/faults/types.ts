import type { Document, Metadata } from '../../../corpus/types.ts';
import type { Encoder } from '../../../embed/types.ts';
import type { GatewayHit } from '../hit.ts';

/**
 * What a fault should change: `ranking`, which rows an answer has or their order; `score`, the score of a
 * row that both answers have; `wire`, statuses, media types and the shape of bodies; `latency`;
 * `contract`, a promise of a ranked answer (its length, each row once, falling scores, the filter, an
 * answer at all). `none` is a change that a cosine ranking must not notice: rows that are equally near
 * in another order, or digits beyond those that rank.
 */
export type FaultEffect = 'ranking' | 'score' | 'wire' | 'latency' | 'contract' | 'none';

/**
 * The part of a retrieval service that a fault damages, in the words of an attribution; `unexplained`
 * where no such part behaves like this, and an attribution must say that it does not know.
 */
export type FaultComponent =
  | 'query-embedder'
  | 'document-vectors'
  | 'embedder'
  | 'membership'
  | 'metric'
  | 'index'
  | 'filter'
  | 'fusion'
  | 'order'
  | 'truncation'
  | 'unexplained';

/** A corpus on which a fault can be seen, by its name. */
export type FaultCorpus = 'workers-200' | 'workers-10k';

/** One fault as it was asked for. */
export interface FaultSpec {
  readonly kind: string;
  /** In (0, 1]; what it is a share of is the fault's own matter (`rateMeans`). */
  readonly rate: number;
  /** Decides the victims: the same seed, rate and corpus give the same ones. */
  readonly seed: number;
}

/** Why a text is embedded. */
export type EmbedPurpose = 'document' | 'query' | 'embed';

/** What the index of a collection is built and searched with. */
export interface IndexSettings {
  readonly space: 'cosine' | 'l2' | 'ip';
  /** Which vectors are scaled to length 1 on their way into the index. */
  readonly normalised: 'all' | 'queries' | 'none';
  readonly m: number;
  readonly efConstruction: number;
  readonly efSearch: number;
  readonly randomSeed: number;
  /** Up to this many rows are scanned and not searched through the graph. */
  readonly scanRows: number;
}

/** What was asked for, after validation and before it is carried out. */
export interface SearchPlan {
  readonly collections: readonly string[];
  readonly text: string | null;
  readonly vector: Float32Array | null;
  readonly k: number;
  readonly perCollectionK: number;
  /** The filter in the gateway's own terms: SQL text or a JSON object; null for none. */
  readonly filter: unknown;
  /** Whether the filter selects rows before they are ranked, or of the rows that were found. */
  readonly filtering: 'before' | 'after';
  /** Whether a high score or a low one is near, as the gateway's scores are. */
  readonly nearest: 'highest' | 'lowest';
}

/**
 * The places where a fault may step in. Each is optional and they are applied in the order in which
 * the faults were named.
 */
export interface FaultHooks {
  /**
   * Called once while the gateway starts: the encoder it serves in place of the sound one. Closing it
   * closes what it opened itself. `folder` is the sound model's; null where it has none.
   */
  readonly encoder?: (sound: Encoder, folder: string | null) => Promise<Encoder>;
  /** The documents of a collection as they are loaded, before they are embedded. */
  readonly documents?: (collection: string, documents: readonly Document[]) => readonly Document[];
  /** The documents whose texts are embedded for those that are stored, in their order. */
  readonly embedded?: (collection: string, documents: readonly Document[]) => readonly Document[];
  /** The fields of a document as filters see them; answers carry the sound ones. */
  readonly fields?: (fields: Metadata, collection: string, id: string) => Metadata;
  /** Texts on their way into the encoder. */
  readonly texts?: (texts: readonly string[], purpose: EmbedPurpose) => readonly string[];
  /** Vectors as the encoder gave them, in the order of the texts. */
  readonly vectors?: (
    vectors: readonly Float32Array[],
    texts: readonly string[],
    purpose: EmbedPurpose,
  ) => readonly Float32Array[];
  /** The index of one collection of those that the gateway starts with, or of a later one. */
  readonly index?: (
    settings: IndexSettings,
    collection: string,
    collections: readonly string[],
  ) => IndexSettings;
  readonly plan?: (plan: SearchPlan) => SearchPlan;
  /** The rows of all collections, nearest first, before they are cut to k. */
  readonly merged?: (hits: readonly GatewayHit[], plan: SearchPlan) => readonly GatewayHit[];
  /** The rows of one answer in response order. */
  readonly hits?: (hits: readonly GatewayHit[], plan: SearchPlan) => readonly GatewayHit[];
  /** Wraps the whole exchange of every route but `/health`: delays, failures, damaged bodies. */
  readonly around?: (request: Request, next: () => Promise<Response>) => Promise<Response>;
}

/** One kind of fault that may be planted; one file each. */
export interface Fault {
  readonly kind: string;
  readonly defaultRate: number;
  /** One clause for the help text: what the gateway does wrong. */
  readonly summary: string;
  /** One clause: what the rate is a share of. */
  readonly rateMeans: string;
  readonly changes: readonly FaultEffect[];
  /** What an attribution should name; null where the fault is none of ranking. */
  readonly component: FaultComponent | null;
  /** The smallest corpus on which it shows. */
  readonly corpus: FaultCorpus;
  readonly plant: (spec: FaultSpec) => FaultHooks;
}
