import { z } from 'zod';

/** Folder of a corpus that holds its vectors. */
export const VECTORS_FOLDER = 'vectors';
/** Names the files of vectors with rows and sha256; written last. */
export const VECTORS_INDEX = 'vectors.json';

const partSchema = z.strictObject({
  file: z.string().regex(/^[a-z0-9-]+\.arrow$/),
  rows: z.int().positive(),
  sha256: z.string(),
});

/** What the index of a folder of vectors holds. */
export const indexSchema = z.strictObject({
  version: z.literal(1),
  dimension: z.int().positive(),
  /** What made the vectors. */
  source: z.string(),
  documents: z.array(partSchema),
  queries: z.array(partSchema),
});

export type VectorIndex = z.infer<typeof indexSchema>;
export type VectorPart = z.infer<typeof partSchema>;

/** Which of the two tables. */
export type VectorRole = 'documents' | 'queries';
