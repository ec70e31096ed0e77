import { sha256Hex } from '../../record/files/write-whole.ts';
import type { ObjectName, SharedStore } from '../store/shared-store.ts';
import { refusedJob } from './jobs.ts';

/**
 * The bytes of an object that is named by their hash.
 * @param what it is called in messages, e.g. `plan`
 * @throws UsageError `job-refused` where it is not there, or has other bytes
 */
export async function readHashed(
  store: SharedStore,
  name: ObjectName,
  what: string,
): Promise<Uint8Array> {
  const { hash } = name;
  const bytes = await store.get(name);
  if (bytes === null) {
    // Most often one machine names another store.
    throw refusedJob(`no ${what} ${hash} in ${store.label} (is it the same store everywhere?)`);
  }
  if (sha256Hex(bytes) !== hash) throw refusedJob(`${what} ${hash} has other bytes than its hash`);
  return bytes;
}
