import { join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { insidePath, posixPath } from './files/inside-path.ts';
import { parsedJson, validated } from './files/parse.ts';
import { readSmallFile } from './files/regular-file.ts';
import { CORPUS_METRICS } from './types.ts';

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: 'a sha256 is 64 lower-case hexadecimal digits' });
const pinnedFile = z.strictObject({
  file: z.string().min(1),
  count: z.int().nonnegative().exactOptional(),
  sha256: sha256.exactOptional(),
});
const details = z.record(z.string(), z.json()).exactOptional();

const manifestSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1),
  generator: details,
  metric: z.enum(CORPUS_METRICS).exactOptional(),
  excludeSelf: z.boolean().exactOptional(),
  weights: z.literal('frequency').exactOptional(),
  collections: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9_-]+$/, {
            error: 'a collection is named by letters, digits, - and _',
          })
          .refine((name) => name !== '__proto__', { error: 'no collection is called __proto__' }),
        ...pinnedFile.shape,
      }),
    )
    .min(1),
  queries: z.strictObject({ ...pinnedFile.shape, details }),
  judgments: z.strictObject({ ...pinnedFile.shape, details }),
});

/** What `manifest.json` says of a corpus: its files, their counts and sha256 where they are pinned. */
export type Manifest = z.infer<typeof manifestSchema>;

/** One file that a manifest names. */
export type PinnedFile = z.infer<typeof pinnedFile>;

/** Who made a corpus whose documents, queries and judgments are generated together, as its manifest says. */
export const GENERATOR_NAME = 'retrieval-parity corpus generator';

/** The manifest's name inside a corpus folder. */
export const MANIFEST_FILE = 'manifest.json';

/** Longest manifest that is read. */
const MANIFEST_BYTES = 16 << 20;

/** Reads and checks a corpus folder's manifest. @throws UsageError naming the file and the field. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = await manifestPath(folder, MANIFEST_FILE);
  const text = await readSmallFile(path, MANIFEST_BYTES);
  const manifest = validated(manifestSchema, parsedJson(text, path), path);
  const seen = new Set<string>();
  for (const { name } of manifest.collections) {
    if (seen.has(name)) {
      throw new UsageError(
        'corpus-duplicate-collection',
        `${path}: the collection ${name} is named twice`,
        { hint: 'give each collection a name of its own', context: { file: path } },
      );
    }
    seen.add(name);
  }
  return manifest;
}

/**
 * Absolute path of a file the manifest names.
 * @throws UsageError where it is missing, no regular file, or not inside the folder, links followed
 */
export async function manifestPath(folder: string, file: string): Promise<string> {
  const path = await insidePath(folder, file);
  if (path !== null) return path;
  const manifest = join(folder, MANIFEST_FILE);
  throw new UsageError(
    'corpus-path-outside',
    `${manifest}: ${JSON.stringify(file)} is not inside the corpus folder`,
    {
      hint: 'name files by paths inside the folder, and put the files themselves there',
      context: { file: manifest },
    },
  );
}

/** One file of a corpus. */
export interface CorpusFile {
  /** Path from the folder on, with `/`, without `.` and `..`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * The files that make up a corpus, once each: the manifest and what it names. Nothing else in the folder is part of it.
 * @throws UsageError as `readManifest` and `manifestPath`
 */
export async function corpusFiles(folder: string): Promise<CorpusFile[]> {
  const { collections, queries, judgments } = await readManifest(folder);
  const named = [...collections, queries, judgments].map(({ file }) => file);
  const files = new Map<string, CorpusFile>();
  for (const file of [MANIFEST_FILE, ...named]) {
    const path = await manifestPath(folder, file);
    const name = posixPath(relative(resolve(folder), path));
    files.set(name, { name, path });
  }
  return [...files.values()];
}
