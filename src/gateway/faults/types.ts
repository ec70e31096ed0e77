import type { Document } from '../../corpus/types.ts';
import type { GatewayHit } from '../hit.ts';

/** What a fault should change; `none` is one that a cosine ranking must not notice. */
export type FaultEffect = 'ranking' | 'score' | 'wire' | 'latency' | 'contract' | 'none';

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

/** What the index is built and searched with. */
export interface IndexSettings {
  readonly space: 'cosine' | 'l2' | 'ip';
  readonly m: number;
  readonly efConstruction: number;
  readonly efSearch: number;
  readonly randomSeed: number;
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
}

/**
 * The places where a fault may step in. Each is optional and they are applied in the order in which
 * the faults were named.
 */
export interface FaultHooks {
  /** Called once while the gateway starts. */
  readonly start?: () => Promise<void>;
  /** The documents of a collection as they are loaded, before they are embedded. */
  readonly documents?: (collection: string, documents: readonly Document[]) => readonly Document[];
  /** Texts on their way into the encoder. */
  readonly texts?: (texts: readonly string[], purpose: EmbedPurpose) => readonly string[];
  /** Vectors as the encoder gave them, in the order of the texts. */
  readonly vectors?: (
    vectors: readonly Float32Array[],
    texts: readonly string[],
    purpose: EmbedPurpose,
  ) => readonly Float32Array[];
  readonly index?: (settings: IndexSettings) => IndexSettings;
  readonly plan?: (plan: SearchPlan) => SearchPlan;
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
  readonly plant: (spec: FaultSpec) => FaultHooks;
}
