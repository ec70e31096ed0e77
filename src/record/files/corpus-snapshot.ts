import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { corpusFiles } from '../../corpus/manifest.ts';
import { InfrastructureError } from '../../errors.ts';

/** One file of a corpus, as it was when it was hashed. */
export interface HashedCorpusFile {
  /** Path inside the folder, with `/`. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * The files that make up a corpus, the manifest and what it names, by name, with their hashes.
 * @throws UsageError where the manifest or a file it names cannot be read; InfrastructureError where reading one fails
 */
export async function listCorpusFiles(folder: string): Promise<HashedCorpusFile[]> {
  const files: HashedCorpusFile[] = [];
  for (const { name, path } of await corpusFiles(folder)) {
    try {
      files.push({ name, sizeBytes: (await stat(path)).size, sha256: await hashFile(path) });
    } catch (cause) {
      throw new InfrastructureError('corpus-read', `cannot read the corpus file ${path}`, {
        cause,
      });
    }
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** sha256 (hex) of a file of any size. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
