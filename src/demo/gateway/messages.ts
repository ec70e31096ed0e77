import type { FaultSpec } from './faults/types.ts';

/** Which of the two gateways a child process is. */
export type GatewayKind = 'rust' | 'go';

/** The one message a child gets: what to serve. */
export interface ServeOrder {
  readonly type: 'serve';
  readonly kind: GatewayKind;
  readonly corpusFolder: string;
  readonly encoderFolder: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly faults: readonly FaultSpec[];
  /** Whether SQL statements may change rows. */
  readonly allowWrites: boolean;
}

/** The message that ends a child. */
export interface StopOrder {
  readonly type: 'stop';
}

/** What a child says: how many texts it has embedded, where it listens, or why it cannot. */
export type ChildReport =
  | { readonly type: 'embedded'; readonly texts: number }
  | { readonly type: 'listening'; readonly url: string }
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly hint: string | null;
      /** Whether the mistake is in what the user gave (exit 2), not in the machine (exit 4). */
      readonly usage: boolean;
    };
