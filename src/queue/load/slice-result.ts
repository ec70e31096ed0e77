import { z } from 'zod';
import { driverSchema } from '../../load/record/load-codec.ts';
import { decodeSent, encodeSent, type SentRequests } from './sent-requests.ts';

const factsSchema = z.strictObject({
  machine: z.string(),
  driver: driverSchema,
  lateMs: z.number(),
  clockMs: z.number(),
});

/** What a machine brings back of its slice. */
export interface SliceResult extends SentRequests, z.infer<typeof factsSchema> {}

/** A result as bytes. */
export function encodeResult(result: SliceResult, queryCount: number): Uint8Array {
  const { machine, driver, lateMs, clockMs } = result;
  return encodeSent({ machine, driver, lateMs, clockMs }, result, queryCount);
}

/** @throws Error where the bytes are no result. */
export function decodeResult(bytes: Uint8Array, queryCount: number): SliceResult {
  const { facts, ...sent } = decodeSent(bytes, queryCount, factsSchema);
  return { ...facts, ...sent };
}
