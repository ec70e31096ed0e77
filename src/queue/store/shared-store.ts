import { UsageError } from '../../errors.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';

/** What is kept, each kind in a folder of its own. */
export type ObjectKind =
  | 'blocks'
  | 'filters'
  | 'lists'
  | 'load'
  | 'plans'
  | 'probes'
  | 'texts'
  | 'vectors';

/** Names one object: its kind, and the hash of its bytes or of everything that they depend on. */
export interface ObjectName {
  readonly kind: ObjectKind;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** A place that the coordinator and every worker can read and write; objects are written once and never changed. */
export interface SharedStore {
  /** Where it is, without a secret. */
  readonly label: string;
  /** The bytes of an object; null where there is none. @throws InfrastructureError where the store does not answer */
  readonly get: (name: ObjectName) => Promise<Uint8Array | null>;
  readonly has: (name: ObjectName) => Promise<boolean>;
  /**
   * Writes an object whole or not at all; one that is there stays as it is.
   * @returns whether it was written
   * @throws InfrastructureError where the store refuses
   */
  readonly putOnce: (name: ObjectName, bytes: Uint8Array) => Promise<boolean>;
  /** Takes away an object, where it proved to be damaged. */
  readonly remove: (name: ObjectName) => Promise<void>;
}

const KIND = /^[a-z]+$/;
const HASH = /^[0-9a-f]{64}$/;

/**
 * The path of an object below the store. A name may come from a stranger's job: nothing but a kind and a hash is
 * taken, so no name leads out of the store.
 * @throws UsageError `store-name`
 */
export function storePath({ kind, hash }: ObjectName): string {
  if (KIND.test(kind) && HASH.test(hash)) return `${kind}/${hash}`;
  throw new UsageError('store-name', `${JSON.stringify(`${kind}/${hash}`)} names no object`, {
    hint: 'an object is named by its kind and 64 hexadecimal digits; the job was not made by this suite',
  });
}

const DIGEST_BYTES = 32;

/** Bytes under their own sha256, so that what was named by its inputs can be checked as well. */
export function seal(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(sha256Hex(bytes), 'hex'), bytes]);
}

/** What was sealed, with its sha256; null where the bytes are damaged. */
export function unseal(
  sealed: Uint8Array,
): { readonly bytes: Uint8Array; readonly sha256: string } | null {
  // A copy: the tables inside want an aligned start.
  const bytes = Uint8Array.from(sealed.subarray(DIGEST_BYTES));
  const sha256 = sha256Hex(bytes);
  const recorded = Buffer.from(sealed.subarray(0, DIGEST_BYTES)).toString('hex');
  return recorded === sha256 ? { bytes, sha256 } : null;
}

/** What was sealed under a name; null where there is nothing. What is damaged is taken away, to be made again. */
export async function readSealed(
  store: SharedStore,
  name: ObjectName,
): Promise<ReturnType<typeof unseal>> {
  const sealed = await store.get(name);
  const found = sealed === null ? null : unseal(sealed);
  if (sealed !== null && found === null) await store.remove(name);
  return found;
}
