import { createHash } from 'node:crypto';
import type { Backend } from '../../wire/backend.ts';
import { call } from '../../wire/call.ts';

/** Collections that are described, at most. */
const MOST_COLLECTIONS = 5;

/**
 * What a backend says it is: its mapping, service and version, and of each collection dimension, distance, index,
 * quantisation and parameters (not the count, which live writes change). Null where it does not answer.
 */
export async function identityOf(
  backend: Backend,
  collections: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const health = await backend.health(signal);
  if (health.kind !== 'ok') return null;
  const described: unknown[] = [];
  if (backend.capabilities.operations.describe !== undefined) {
    for (const collection of collections.slice(0, MOST_COLLECTIONS)) {
      const outcome = await call(backend, 'describe', { collection }, signal);
      if (outcome.kind !== 'ok') return null;
      const { count: _, indexedCount: __, ...lasting } = outcome.value;
      described.push([collection, lasting]);
    }
  }
  return JSON.stringify([backend.fingerprint, health.value, described]);
}

/** A digest of what both sides say they are: 12 hexadecimal digits. */
export function epochOf(incumbent: string, candidate: string): string {
  return createHash('sha256').update(`${incumbent}\n${candidate}`).digest('hex').slice(0, 12);
}
