import type { Collection } from '../../corpus/types.ts';
import type { RequestHandler } from '../../cutover/frontend/listen.ts';
import type { Encoder } from '../../embed/types.ts';
import type { FaultHooks } from './faults/types.ts';
import type { GatewayLimits } from './limits.ts';

/** What a gateway is made of; `faults` are planted, everything else is as it is in service. */
export interface GatewayOptions {
  readonly encoder: Encoder;
  /** Folder of the encoder's model, for faults that load it otherwise. */
  readonly encoderFolder?: string;
  readonly collections: readonly Collection[];
  readonly faults?: readonly FaultHooks[];
  readonly limits?: Partial<GatewayLimits>;
  /** Whether SQL statements may change rows; default false. */
  readonly allowWrites?: boolean;
  /** Told after each batch of texts that was embedded, of all so far. */
  readonly onEmbedded?: ((texts: number) => void) | undefined;
}

/** One gateway without a socket; closing it frees database and index, and leaves the encoder to its owner. */
export type Gateway = RequestHandler;
