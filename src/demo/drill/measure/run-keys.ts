import type { Fault } from '../../gateway/faults/types.ts';
import type { FaultPair } from './pairs.ts';

/** Names of the clean runs. */
export function cleanKeys(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `clean ${at + 1}`);
}

/** Name of the run of a fault at full strength. */
export function fullKey({ kind }: Fault): string {
  return `full ${kind}`;
}

/** Name of the run of a fault at a lesser rate. */
export function rateKey({ kind }: Fault, rate: number): string {
  return `rate ${kind} ${rate}`;
}

/** Name of the run of a pair. */
export function pairKey({ faults }: FaultPair): string {
  return `pair ${faults.map(({ kind }) => kind).join(' + ')}`;
}
