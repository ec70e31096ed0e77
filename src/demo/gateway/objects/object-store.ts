import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '../../../disk/own-folder.ts';
import { RefusedRequest } from '../http.ts';

const LONGEST_KEY_BYTES = 1024;
const FOLDER = 'retrieval-parity-objects-';

/** One object of a listing. */
export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** A page of a listing, in the order of the keys' UTF-8 bytes. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** The last key of this page where there are more; null on the last page. */
  readonly lastKey: string | null;
}

/** What was read of an object. */
export interface ReadObject {
  readonly bytes: Buffer;
  readonly sizeBytes: number;
}

/**
 * Objects as files in a folder of their own below the system's temporary one. A file is named by the hash
 * of its key, so that no key, whatever it holds, can name a path.
 */
export class ObjectStore {
  readonly #sizes = new Map<string, number>();
  #opened: Promise<string> | null = null;

  /** @throws RefusedRequest where the key cannot name an object. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    checkKey(key);
    const path = await this.#path(key);
    const whole = `${path}.${randomUUID()}`;
    await writeFile(whole, bytes);
    // A reader sees the old bytes or the new ones, never a mixture.
    await rename(whole, path);
    this.#sizes.set(key, bytes.length);
  }

  sizeOf(key: string): number {
    checkKey(key);
    const sizeBytes = this.#sizes.get(key);
    if (sizeBytes === undefined) throw new RefusedRequest(404, 'no such object');
    return sizeBytes;
  }

  /** Bytes `first` to `last`, both included; @throws RefusedRequest with status 404 for a missing key. */
  async get(key: string, range: { first: number; last: number } | null): Promise<ReadObject> {
    const sizeBytes = this.sizeOf(key);
    const path = await this.#path(key);
    if (range === null) return { bytes: await readFile(path), sizeBytes };
    const length = Math.min(range.last, sizeBytes - 1) - range.first + 1;
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, range.first);
      return { bytes: buffer.subarray(0, bytesRead), sizeBytes };
    } finally {
      await file.close();
    }
  }

  /** @throws RefusedRequest with status 404 for a missing key. */
  async delete(key: string): Promise<void> {
    this.sizeOf(key);
    this.#sizes.delete(key);
    await rm(await this.#path(key), { force: true });
  }

  /** Keys that begin with `prefix` and come after `after`, at most `limit`. */
  list(prefix: string, after: string | null, limit: number): ObjectPage {
    const start = after === null ? null : Buffer.from(after);
    const keys = [...this.#sizes.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .filter(({ bytes }) => start === null || Buffer.compare(bytes, start) > 0)
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    const page = keys.slice(0, limit).map(({ key }) => ({
      key,
      sizeBytes: this.#sizes.get(key) ?? 0,
    }));
    return { objects: page, lastKey: keys.length > limit ? (page.at(-1)?.key ?? null) : null };
  }

  /** Removes the folder and everything in it. */
  async close(): Promise<void> {
    this.#sizes.clear();
    if (this.#opened !== null) await rm(await this.#opened, { recursive: true, force: true });
    this.#opened = null;
  }

  async #path(key: string): Promise<string> {
    this.#opened ??= ownFolder(FOLDER);
    return join(await this.#opened, createHash('sha256').update(key).digest('hex'));
  }
}

/**
 * Keys are 1 to 1,024 bytes of UTF-8 in segments that are neither empty nor `.` nor `..`: what would
 * leave a namespace on a file system, or come out as another key of one, is refused here as well.
 */
function checkKey(key: string): void {
  if (key === '') throw new RefusedRequest(400, 'the key is empty');
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) {
    throw new RefusedRequest(400, `the key is longer than ${LONGEST_KEY_BYTES} bytes`);
  }
  if (/[\p{Cc}\\]/u.test(key)) {
    throw new RefusedRequest(400, 'the key holds a control character or a backslash');
  }
  if (key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new RefusedRequest(400, 'the key has an empty segment, "." or ".."');
  }
}
