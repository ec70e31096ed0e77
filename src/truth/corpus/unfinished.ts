import { rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus } from '../../corpus/types.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import { openStoredVectors, type StoredVectors } from '../../record/vectors/stored-vectors.ts';
import { VECTORS_FOLDER } from '../../record/vectors/vector-index.ts';
import { VectorWriter } from '../../record/vectors/vector-writer.ts';

/** Folder, inside that of a truth, for what a killed command can go on from. */
const UNFINISHED = 'unfinished';
/** Hexadecimal digits of the hashes that folders are named by. */
const DIGITS = 16;

/** Folder for finished parts of the lists of one truth; `inputs` is a hash of all that they depend on. */
export function partsFolder(truthFolder: string, inputs: string): string {
  return join(truthFolder, UNFINISHED, `lists-${inputs.slice(0, DIGITS)}`);
}

/**
 * Vectors of a corpus that are computed here: onto the disk, whole or not at all. Where the same corpus was
 * embedded from the same source before and its truth was not finished, those vectors are used.
 *
 * @param source what makes the vectors; another source is another folder
 * @param embed writes all vectors
 */
export async function embeddedVectors(
  truthFolder: string,
  corpus: Corpus,
  source: string,
  embed: (writer: VectorWriter) => Promise<void>,
): Promise<StoredVectors & { readonly embeddedBefore: boolean }> {
  const inputs = sha256Hex(Buffer.from(JSON.stringify({ corpus: corpus.hashes, source })));
  const folder = join(truthFolder, UNFINISHED, `${VECTORS_FOLDER}-${inputs.slice(0, DIGITS)}`);
  const before = await openStoredVectors(folder);
  if (before !== null) return { ...before, embeddedBefore: true };
  // The index is written last: without it, what lies there was torn by a kill.
  await rm(folder, { recursive: true, force: true });
  await embed(new VectorWriter(folder));
  const made = await openStoredVectors(folder);
  if (made === null) throw new Error(`${folder}: the embedded vectors have no index`);
  return { ...made, embeddedBefore: false };
}

/**
 * Clears what was kept for a truth that is stored now; vectors that were computed here move to its folder.
 *
 * @param used folders that this truth was made from: of parts, and of vectors
 */
export async function clearUnfinished(
  truthFolder: string,
  used: { readonly parts: string | null; readonly vectors: string | null },
): Promise<void> {
  if (used.vectors !== null) {
    const place = join(truthFolder, VECTORS_FOLDER);
    await rm(place, { recursive: true, force: true });
    await rename(used.vectors, place);
  }
  if (used.parts !== null) await rm(used.parts, { recursive: true, force: true });
  // Another truth's unfinished work may lie there still.
  await rmdir(join(truthFolder, UNFINISHED)).catch(() => {});
}
