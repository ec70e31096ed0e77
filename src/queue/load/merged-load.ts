import { z } from 'zod';
import { driverSchema, machineSchema } from '../../load/record/load-codec.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import type { ObjectName } from '../store/shared-store.ts';
import { decodeSent, encodeSent, type SentRequests } from './sent-requests.ts';

const factsSchema = z.strictObject({
  /** The worst that was seen of any machine. */
  driver: driverSchema,
  /** In the order of the slices. */
  machines: z.array(machineSchema),
});

/** A load of several machines as one. */
export interface MergedLoad extends SentRequests, z.infer<typeof factsSchema> {}

/** Where the merge of some parts lies. */
export function mergedName(parts: string): ObjectName {
  return { kind: 'load', hash: sha256Hex(Buffer.from(JSON.stringify(['merged', parts]))) };
}

/** A merged load as bytes. */
export function encodeMerged(merged: MergedLoad, queryCount: number): Uint8Array {
  const { driver, machines } = merged;
  return encodeSent({ driver, machines }, merged, queryCount);
}

/** @throws Error where the bytes are no merged load. */
export function decodeMerged(bytes: Uint8Array, queryCount: number): MergedLoad {
  const { facts, ...sent } = decodeSent(bytes, queryCount, factsSchema);
  return { ...facts, ...sent };
}
