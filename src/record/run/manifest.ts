import { z } from 'zod';
import { dictionary } from '../../corpus/dictionary.ts';
import { UsageError } from '../../errors.ts';
import { usageErrorOf } from '../../schema-error.ts';
import type { JsonValue } from '../../secrets/redact-config.ts';

/** Version of the run folder's layout. */
export const RUN_SCHEMA_VERSION = 1;

/** What a run measured, and so which files it holds and how its figures are derived. */
export const RUN_KINDS = [
  'retrieve',
  'load',
  'probe',
  'drift',
  'cutover',
  'sweep',
  'candidates',
  'capture',
  'baseline',
  'shadow',
  'replay',
] as const;

export type RunKind = (typeof RUN_KINDS)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256 in hex');
const count = z.int().nonnegative();

/** One file of a run folder. */
export const fileSchema = z.object({
  /** Relative to the run folder, with forward slashes. */
  path: z.string().min(1),
  /** Rows of a table; null for anything else. */
  rows: count.nullable(),
  sizeBytes: count,
  sha256,
});

const corpusFileSchema = z.object({
  name: z.string(),
  sizeBytes: count,
  sha256,
});

/** The corpus of a run. */
export const corpusSnapshotSchema = z.object({
  /** The folder the corpus was read from. */
  folder: z.string(),
  /** Whether the run folder holds a copy under `corpus/`. */
  copied: z.boolean(),
  files: z.array(corpusFileSchema),
});

const backendSchema = z.object({
  url: z.string(),
  service: z.string().nullable(),
  version: z.string().nullable(),
  model: z.string().nullable(),
  dimension: count.nullable(),
});

const machineSchema = z.object({
  cpuModel: z.string(),
  cores: count,
  memoryGb: z.number().nonnegative(),
  platform: z.string(),
  /** How far its timings can be trusted, and why not further; absent in folders of earlier versions. */
  grade: z.enum(['good', 'fair', 'poor']).exactOptional(),
  concerns: z.array(z.string()).readonly().exactOptional(),
});

const sides = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ incumbent: schema, candidate: schema });

const manifestSchema = z.object({
  schemaVersion: z.literal(RUN_SCHEMA_VERSION),
  id: z.string(),
  /** Absent in folders of earlier versions, whose files tell. */
  kind: z.enum(RUN_KINDS).exactOptional(),
  toolVersion: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  finishedAt: z.string(),
  status: z.enum(['complete', 'interrupted', 'failed']),
  /** Null where nothing of a corpus was asked. */
  corpus: z
    .object({
      name: z.string(),
      hashes: z.object({
        documents: dictionary(z.string()),
        queries: z.string(),
        judgments: z.string(),
      }),
      snapshot: corpusSnapshotSchema.nullable(),
    })
    .nullable(),
  /** Redacted: it holds no secret. */
  config: z.json(),
  configHash: sha256,
  /** Fingerprints of the dialects. */
  dialects: sides(z.string()),
  backends: sides(backendSchema),
  machine: machineSchema,
  versions: z.object({ node: z.string(), libraries: z.record(z.string(), z.string()) }),
  seeds: z.record(z.string(), z.number()),
  files: z.array(fileSchema),
  /** Digest of the journal up to its last line, which holds that of this file; absent in folders of earlier versions. */
  journal: z.object({ sizeBytes: count, sha256 }).exactOptional(),
});

const inputSchema = manifestSchema
  .omit({ schemaVersion: true, id: true, createdAt: true, finishedAt: true, configHash: true })
  .omit({ files: true, corpus: true, journal: true })
  .extend({ corpus: manifestSchema.shape.corpus.unwrap().omit({ snapshot: true }).nullable() });

/** What a run folder says about itself; written last, so that a folder with one is whole. */
export type RunManifest = Omit<z.output<typeof manifestSchema>, 'config'> & {
  readonly config: JsonValue;
};

/** One file of a run folder, with what is needed to see whether it is still the same. */
export type FileRecord = z.output<typeof fileSchema>;

/** The corpus a run was made on: its files and whether they were copied into the run folder. */
export type CorpusSnapshot = z.output<typeof corpusSnapshotSchema>;

/** Where a run was made. */
export type Machine = z.output<typeof machineSchema>;

/** What one backend said it was. */
export type BackendFingerprint = z.output<typeof backendSchema>;

/** What the caller knows of a run; the writer adds the rest. */
export type ManifestInput = Omit<
  RunManifest,
  | 'schemaVersion'
  | 'id'
  | 'createdAt'
  | 'finishedAt'
  | 'configHash'
  | 'files'
  | 'corpus'
  | 'journal'
> & { readonly corpus: Omit<NonNullable<RunManifest['corpus']>, 'snapshot'> | null };

/** The same of a run over a corpus. */
export type OverCorpus<Manifest extends Pick<ManifestInput, 'corpus'>> = Manifest & {
  readonly corpus: NonNullable<Manifest['corpus']>;
};

/**
 * What is known of a run, whether or not it came to its end. `killed`: no manifest was written, and what was
 * noted before the first request is all that is known.
 */
export type RunDescription = Omit<ManifestInput, 'status'> & {
  readonly id: string;
  readonly createdAt: string;
  readonly status: RunManifest['status'] | 'killed';
};

/**
 * A description as one of a run over a corpus.
 * @throws UsageError where the run has none.
 */
export function overCorpus<Manifest extends Pick<ManifestInput, 'corpus'>>(
  manifest: Manifest,
  folder: string,
): OverCorpus<Manifest> {
  if (hasCorpus(manifest)) return manifest;
  throw new UsageError('run-kind', `${folder}: the run has no corpus`, {
    hint: 'name a run of bench retrieve',
  });
}

function hasCorpus<Manifest extends Pick<ManifestInput, 'corpus'>>(
  manifest: Manifest,
): manifest is OverCorpus<Manifest> {
  return manifest.corpus !== null;
}

/** What a run wrote down of itself before its first request; null where it is no such thing. */
export function parseInput(value: unknown): ManifestInput | null {
  const result = inputSchema.safeParse(value);
  return result.success ? result.data : null;
}

/**
 * Checks a manifest that was read from disk.
 * @throws UsageError that names the file and the first key that is wrong.
 */
export function parseManifest(text: string, path: string): RunManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError('run-manifest', `${path}: not JSON`, {
      hint: 'a manifest is written whole or not at all: this one was changed afterwards',
      cause,
    });
  }
  requireSchemaVersion((value as { schemaVersion?: unknown } | null)?.schemaVersion, path);
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  throw usageErrorOf(result.error, {
    code: 'run-manifest',
    where: path,
    whole: 'manifest',
    hint: 'a manifest is written by the suite alone: this one was changed afterwards',
  });
}

/** @throws UsageError for a file of a run that another version of the suite wrote */
export function requireSchemaVersion(version: unknown, path: string): void {
  if (typeof version !== 'number' || version === RUN_SCHEMA_VERSION) return;
  throw new UsageError(
    'run-version',
    `${path}: schema version ${version}, expected ${RUN_SCHEMA_VERSION}`,
    { hint: 'read the run with the version of the suite that wrote it' },
  );
}

/** A manifest as it is written; refuses one that would not read back. */
export function formatManifest(manifest: RunManifest): string {
  return `${JSON.stringify(manifestSchema.parse(manifest), null, 2)}\n`;
}
