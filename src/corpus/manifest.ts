import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { parsedJson, validated } from './files/parse.ts';
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
        name: z.string().regex(/^[A-Za-z0-9_-]+$/, {
          error: 'a collection is named by letters, digits, - and _',
        }),
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

/** The manifest's name inside a corpus folder. */
export const MANIFEST_FILE = 'manifest.json';

/** Reads and checks a corpus folder's manifest. @throws UsageError naming the file and the field. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
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

/** Absolute path of a file the manifest names. @throws UsageError where it is missing or leaves the folder. */
export async function manifestPath(folder: string, file: string): Promise<string> {
  const path = resolve(folder, file);
  if (isAbsolute(file) || leaves(resolve(folder), path)) throw outside(folder, file);
  const [realFolder, realFile] = await Promise.all([realpath(folder), realpath(path)]).catch(
    (cause: unknown) => {
      throw unreadable(path, cause);
    },
  );
  if (leaves(realFolder, realFile)) throw outside(folder, file);
  return path;
}

/** The error for a corpus file that cannot be opened. */
export function unreadable(path: string, cause: unknown): UsageError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  return new UsageError(
    missing ? 'corpus-file-missing' : 'corpus-file-unreadable',
    missing ? `${path}: no such file` : `${path}: cannot be read (${code})`,
    {
      hint: missing
        ? 'check the corpus folder, or make one with: bench corpus generate --size 200 --out DIR'
        : 'check that it is a file that may be read',
      context: { file: path },
      cause,
    },
  );
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function outside(folder: string, file: string): UsageError {
  const path = join(folder, MANIFEST_FILE);
  return new UsageError(
    'corpus-path-outside',
    `${path}: ${JSON.stringify(file)} is not inside the corpus folder`,
    {
      hint: 'name files by paths inside the folder, and put the files themselves there',
      context: { file: path },
    },
  );
}
