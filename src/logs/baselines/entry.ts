import { z } from 'zod';
import type { AppendLog } from '../../record/append-log.ts';
import { firstIssue } from '../../schema-error.ts';

/** Name and version of the entries that this suite appends. */
export const BASELINE_SCHEMA = 'retrieval-parity/baseline@1';

/** One entry as this suite writes it; the log may hold entries of other runtimes with other fields beside these. */
export interface BaselineEntry {
  readonly schema: typeof BASELINE_SCHEMA;
  readonly tool: string;
  readonly version: string;
  /** Full hash, or null outside of a repository. */
  readonly git_commit: string | null;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  /** e.g. `node 24.21.0`. */
  readonly runtime: string;
  /** sha256 over the corpus; null where it is not known. */
  readonly corpus_sha256: string | null;
  /** Name of the run the figures come from; null where they were handed in. */
  readonly run: string | null;
  /** Figures by name; null where a figure is undefined. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** What is read out of an entry, whichever version wrote it; its bytes stay in the log. */
export interface ReadEntry {
  readonly lineNumber: number;
  readonly tool: string;
  readonly gitCommit: string | null;
  readonly version: string | null;
  readonly createdAt: string | null;
  readonly runtime: string | null;
  readonly corpusSha256: string | null;
  /** Name of the run the figures come from. */
  readonly run: string | null;
  /** Nested figures are named by their path, e.g. `latency.p95_ms`. */
  readonly metrics: ReadonlyMap<string, number | null>;
}

/** The entries of a log, and one sentence for each line that is none. */
export interface Baselines {
  readonly entries: readonly ReadEntry[];
  readonly problems: readonly string[];
}

const text = z.string().nullable().catch(null).default(null);
const looseEntry = z.looseObject({
  tool: z.string().min(1),
  git_commit: text,
  version: z
    .union([z.string(), z.number().transform(String)])
    .nullable()
    .catch(null)
    .default(null),
  created_at: text,
  runtime: text,
  corpus_sha256: text,
  run: text,
  metrics: z.record(z.string(), z.unknown()),
});

/** Reads the entries of a log of several writers: what is needed must be there, all else may be missing or unknown. */
export function readBaselines(log: AppendLog): Baselines {
  const entries: ReadEntry[] = [];
  const problems = log.damaged.map(({ message }) => message);
  for (const { value, lineNumber } of log.lines) {
    if (value === null) continue;
    const result = looseEntry.safeParse(value);
    if (!result.success) {
      const reason = firstIssue(result.error, 'entry');
      problems.push(
        `${log.path}:${lineNumber}: not a baseline (${reason}): kept in the file, not compared`,
      );
      continue;
    }
    const { tool, git_commit, version, created_at, runtime, corpus_sha256, run, metrics } =
      result.data;
    entries.push({
      lineNumber,
      tool,
      gitCommit: git_commit,
      version,
      createdAt: created_at,
      runtime,
      corpusSha256: corpus_sha256,
      run,
      metrics: flattenMetrics(metrics),
    });
  }
  return { entries, problems };
}

/** Figures by dotted name out of nested objects; what is neither a finite number nor null is left out. */
export function flattenMetrics(
  metrics: Readonly<Record<string, unknown>>,
): Map<string, number | null> {
  const flat = new Map<string, number | null>();
  const visit = (value: unknown, name: string): void => {
    if (value === null || (typeof value === 'number' && Number.isFinite(value))) {
      flat.set(name, value);
    } else if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, `${name}.${key}`);
    }
  };
  for (const [key, value] of Object.entries(metrics)) visit(value, key);
  return flat;
}
