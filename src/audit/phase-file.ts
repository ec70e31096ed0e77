import { z } from 'zod';
import { jsonOnce } from '../corpus/files/repeated-key.ts';
import { UsageError } from '../errors.ts';
import { usageErrorOf } from '../schema-error.ts';
import { LONGEST_TIMER_MS } from '../wire/pace/pause.ts';

/** Name and version of the phase file's format. */
const PHASES_SCHEMA = 'retrieval-parity/phases@1';

const tolerance = z.union([z.number().nonnegative().transform(String), z.string()]);

const sourceSchema = z.union([
  /** A metric log to read; relative to the phase file. */
  z.strictObject({ file: z.string().min(1) }),
  /** Any file, compared by its bytes: gives the figures `sha256` and `sizeBytes`. */
  z.strictObject({ artifact: z.string().min(1) }),
  /** A program to run without a shell; its figures are the JSON lines of its standard output. */
  z.strictObject({
    command: z.array(z.string()).min(1),
    /** Relative to the phase file; default: its folder. */
    cwd: z.string().optional(),
    env: z.record(z.string(), z.string()).optional(),
    timeoutMs: z.int().positive().max(LONGEST_TIMER_MS).default(60_000),
    /** The exit code that counts as success. */
    exitCode: z.int().default(0),
  }),
]);

const phaseSchema = z.strictObject({
  /** Name of the phase, as in the `phase` of metric records. */
  phase: z.union([z.string().min(1), z.number().transform(String)]),
  title: z.string().default(''),
  /** An optional phase may fail, or be skipped where it cannot run. */
  required: z.boolean().default(true),
  /** Why the phase is left out; absent: it is not. */
  skip: z.string().min(1).optional(),
  /** Where the figures come from; by default the logs named on the command line. */
  expect: sourceSchema.optional(),
  actual: sourceSchema.optional(),
  /** e.g. `1e-9` or `0.1%`; by default the file's. */
  tolerance: tolerance.optional(),
  tolerances: z.record(z.string(), tolerance).default({}),
  /** Figures that may differ or be missing. */
  optional: z.array(z.string()).default([]),
});

const phaseFileSchema = z.strictObject({
  schema: z.literal(PHASES_SCHEMA),
  tolerance: tolerance.optional(),
  phases: z.array(phaseSchema),
});

/** The phases of an audit, in the order in which they run. */
export type PhaseFile = z.output<typeof phaseFileSchema>;
export type AuditPhase = PhaseFile['phases'][number];
/** Where figures come from. */
export type Source = z.output<typeof sourceSchema>;

/**
 * Reads a phase file.
 * @throws UsageError that names the file and the first key that is wrong.
 */
export function parsePhaseFile(text: string, path: string): PhaseFile {
  const value = jsonOnce(
    text,
    (what, cause) => new UsageError('phases', `${path}: ${what}`, { cause }),
  );
  const result = phaseFileSchema.safeParse(value);
  if (!result.success) {
    throw usageErrorOf(result.error, {
      code: 'phases',
      where: path,
      whole: 'file',
      hint: `a phase file is { "schema": "${PHASES_SCHEMA}", "phases": [{ "phase": "1", ... }] }`,
    });
  }
  const names = new Set<string>();
  for (const { phase } of result.data.phases) {
    if (names.has(phase)) throw new UsageError('phases', `${path}: two phases are named ${phase}`);
    names.add(phase);
  }
  return result.data;
}
