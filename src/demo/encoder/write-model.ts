import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../disk/make-folder.ts';
import { writeWhole } from '../../record/files/write-whole.ts';
import type { ModelFiles } from './build-model.ts';

/** A file that was written, by its path in the model's folder. */
export interface WrittenModelFile {
  readonly path: string;
  /** sha256 (hex) of its bytes. */
  readonly sha256: string;
}

/** Writes a model's files into a folder, each at once or not at all; the sidecar with the hashes is last. */
export async function writeModel(
  folder: string,
  files: ModelFiles,
): Promise<readonly WrittenModelFile[]> {
  const written: WrittenModelFile[] = [];
  for (const [path, bytes] of files) {
    const target = join(folder, path);
    await makeFolder(dirname(target));
    await writeWhole(target, Buffer.from(bytes));
    written.push({ path, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return written;
}
