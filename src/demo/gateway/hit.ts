import type { Metadata } from '../../corpus/types.ts';

/** One row of an answer inside a gateway, before it takes the gateway's wire form. */
export interface GatewayHit {
  readonly id: string;
  readonly collection: string;
  /** As it will go over the wire: a similarity on the Rust-shaped side, a distance on the Go-shaped one. */
  readonly score: number;
  readonly text: string;
  readonly metadata: Metadata;
}
