import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../../disk/make-folder.ts';
import { partialPath, removeAbandoned } from '../../disk/partial.ts';
import { readRegular } from '../../disk/read-regular.ts';
import { InfrastructureError } from '../../errors.ts';
import { sha256Hex, writeWhole } from '../../record/files/write-whole.ts';
import type { NativeBuild } from './native-build.ts';

const factsSchema = z.strictObject({
  version: z.literal(1),
  /** sha256 of dimension, rows and values of the documents. */
  content: z.string(),
  space: z.literal('ip'),
  dimension: z.int().positive(),
  count: z.int().positive(),
  M: z.int(),
  efConstruction: z.int(),
  seed: z.int(),
  hnswlibNode: z.string(),
  build: z.strictObject({
    kind: z.enum(['native', 'tuned', 'portable', 'unknown']),
    flags: z.array(z.string()),
    /** Null for a portable build, whose files are the same on every processor. */
    cpuModel: z.string().nullable(),
  }),
});
const sidecarSchema = factsSchema.extend({
  sizeBytes: z.int().positive(),
  sha256: z.string(),
  buildMs: z.number().nonnegative(),
});

/** Everything that the bytes of a saved index depend on. */
export type IndexFacts = z.infer<typeof factsSchema>;

/** What is known of a saved index beside its bytes. */
export type IndexSidecar = z.infer<typeof sidecarSchema>;

/** A place in the cache: a saved index that may be loaded, or where to save one. */
export interface CachedIndex {
  /** File that may be loaded; null where there is none, or none that can be trusted. */
  readonly file: string | null;
  readonly sidecar: IndexSidecar | null;
  /** Why what lies there is not used; null where it is used, or nothing lies there. */
  readonly distrust: string | null;
  /** File to save a new index to. */
  readonly saveTo: string;
  /** Takes what was saved into the cache. @throws InfrastructureError where the disk refuses */
  keep(buildMs: number): Promise<void>;
}

/** The facts of an index over unit vectors of some rows, built by the installed library. */
export function indexFacts(
  input: {
    readonly dimension: number;
    readonly values: Float32Array;
    readonly rows: Uint32Array;
    readonly M: number;
    readonly efConstruction: number;
    readonly seed: number;
  },
  build: NativeBuild,
): IndexFacts {
  const { dimension, values, rows, M, efConstruction, seed } = input;
  const content = createHash('sha256')
    .update(`${dimension}\n`)
    .update(bytesOf(rows))
    .update(bytesOf(values))
    .digest('hex');
  return {
    version: 1,
    content,
    space: 'ip',
    dimension,
    count: rows.length,
    M,
    efConstruction,
    seed,
    hnswlibNode: build.version,
    build: {
      kind: build.kind,
      flags: [...build.flags],
      cpuModel: build.kind === 'portable' ? null : (cpus()[0]?.model ?? 'unknown'),
    },
  };
}

/**
 * Looks an index up by its facts. A file is trusted only where its sidecar says the same facts and its size and
 * sha256 are those of the sidecar: the library loads a file of another dimension or space without a word.
 */
export async function lookUpIndex(folder: string, facts: IndexFacts): Promise<CachedIndex> {
  await makeFolder(folder);
  const name = sha256Hex(Buffer.from(JSON.stringify(facts))).slice(0, 32);
  const file = join(folder, `${name}.hnsw`);
  const sidecarFile = join(folder, `${name}.json`);
  await removeAbandoned(folder);
  const saveTo = partialPath(file);
  const keep = async (buildMs: number) => {
    try {
      const handle = await open(saveTo, 'r+');
      await handle.sync();
      await handle.close();
      const { size } = await stat(saveTo);
      // The library writes on after a disk is full, and says nothing.
      if (size < leastBytes(facts)) throw new Error('the file is too short: the disk may be full');
      const sidecar: IndexSidecar = {
        ...facts,
        sizeBytes: size,
        sha256: await hashFile(saveTo),
        buildMs: Math.round(buildMs),
      };
      await rename(saveTo, file);
      await writeWhole(sidecarFile, Buffer.from(`${JSON.stringify(sidecar, null, 2)}\n`));
    } catch (cause) {
      await rm(saveTo, { force: true });
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new InfrastructureError('truth.index-cache', `${file}: cannot be kept: ${why}`, {
        hint: 'check the rights and the free space there, or name another folder with --cache',
        cause,
      });
    }
  };
  const found = await trusted(file, sidecarFile, facts);
  return { ...found, saveTo, keep };
}

async function trusted(
  file: string,
  sidecarFile: string,
  facts: IndexFacts,
): Promise<Pick<CachedIndex, 'file' | 'sidecar' | 'distrust'>> {
  const nothing = { file: null, sidecar: null };
  const bytes = await readRegular(sidecarFile).catch(() => null);
  if (bytes === null) return { ...nothing, distrust: null };
  const sidecar = sidecarSchema.safeParse(parsed(bytes.toString('utf8')));
  if (!sidecar.success) return { ...nothing, distrust: `${sidecarFile} is no sidecar` };
  const { sizeBytes, sha256, buildMs: _, ...recorded } = sidecar.data;
  if (JSON.stringify(factsSchema.parse(recorded)) !== JSON.stringify(factsSchema.parse(facts))) {
    return { ...nothing, distrust: `${sidecarFile} speaks of another index` };
  }
  const size = await stat(file).then(
    (found) => found.size,
    () => null,
  );
  if (size !== sizeBytes || (await hashFile(file)) !== sha256) {
    return { ...nothing, distrust: `${file} is not the file of its sidecar` };
  }
  return { file, sidecar: sidecar.data, distrust: null };
}

/** Bytes that the rows alone take: links of level 0, vector, label, and a count of the levels above. */
export function leastBytes({
  count,
  dimension,
  M,
}: Pick<IndexFacts, 'count' | 'dimension' | 'M'>): number {
  return count * (2 * M * 4 + 4 + dimension * 4 + 8 + 4);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

function bytesOf(values: Float32Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
