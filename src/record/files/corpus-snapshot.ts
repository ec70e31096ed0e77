import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InfrastructureError } from '../../errors.ts';

/** One file of a corpus. */
export interface CorpusFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * The files that make up a corpus (`manifest.json`, `*.jsonl`, `judgments.tsv`), by name, with their hashes.
 * @throws InfrastructureError where the folder cannot be read.
 */
export async function listCorpusFiles(folder: string): Promise<CorpusFile[]> {
  try {
    const names = (await readdir(folder)).filter(isCorpusFile).sort();
    const files: CorpusFile[] = [];
    for (const name of names) {
      const path = join(folder, name);
      const { size } = await stat(path);
      files.push({ name, sizeBytes: size, sha256: await hashFile(path) });
    }
    return files;
  } catch (cause) {
    throw new InfrastructureError('corpus-read', `cannot read the corpus ${folder}`, { cause });
  }
}

function isCorpusFile(name: string): boolean {
  return name === 'manifest.json' || name === 'judgments.tsv' || name.endsWith('.jsonl');
}

/** sha256 (hex) of a file of any size. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
