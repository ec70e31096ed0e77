import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { unreadable } from './files/regular-file.ts';
import { MANIFEST_FILE, manifestPath, readManifest } from './manifest.ts';

/** One file of a corpus with the sha256 (hex) it has, and the one its manifest pins, if any. */
export interface HashedFile {
  readonly file: string;
  readonly sha256: string;
  readonly pinned: string | null;
}

/** sha256 of the files a manifest names, and of the manifest itself, last. @throws UsageError for a file it cannot read. */
export async function hashCorpus(folder: string): Promise<readonly HashedFile[]> {
  const manifest = await readManifest(folder);
  const hashed: HashedFile[] = [];
  for (const entry of [...manifest.collections, manifest.queries, manifest.judgments]) {
    const sha256 = await hashFile(await manifestPath(folder, entry.file));
    hashed.push({ file: entry.file, sha256, pinned: entry.sha256 ?? null });
  }
  const sha256 = await hashFile(join(folder, MANIFEST_FILE));
  return [...hashed, { file: MANIFEST_FILE, sha256, pinned: null }];
}

/** sha256 (hex) of a file's bytes, read as a stream. @throws UsageError where it cannot be read. */
async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return hash.digest('hex');
}

/** One sha256 (hex) over the documents of every collection. */
export function documentsHash(byCollection: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(byCollection).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
