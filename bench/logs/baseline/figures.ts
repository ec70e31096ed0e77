import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { jsonOnce } from '../../../src/corpus/files/repeated-key.ts';
import { readRegular } from '../../../src/disk/read-regular.ts';
import { UsageError } from '../../../src/errors.ts';
import { splitAssignment } from '../../../src/gate/tolerance.ts';
import { flattenMetrics } from '../../../src/logs/baselines/entry.ts';
import { openRun } from '../../../src/record/run/open-run.ts';
import type { RunReader } from '../../../src/record/run/run-reader.ts';
import type { Io } from '../../io.ts';
import { readNumber } from './numbers.ts';

/** The figures of a run that are kept as a baseline. */
interface RunFigures {
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly corpusSha256: string | null;
}

/** How a run becomes figures. */
export type FiguresOf = (run: RunReader) => Promise<RunFigures>;

/** Where the figures come from. */
export interface FigureSourceOptions {
  readonly log: string;
  readonly metrics?: string;
  readonly metric?: readonly string[];
  readonly tool: string;
  readonly commit?: string;
}

/** Figures by name, with what they were measured on. */
export interface Figures {
  readonly metrics: ReadonlyMap<string, number | null>;
  readonly corpusSha256: string | null;
  readonly run: string | null;
}

/** Figures from a run, a file and the command line, the later ones over the earlier; null where none is named. */
export async function readFigures(
  run: string | undefined,
  options: FigureSourceOptions,
  figuresOf: FiguresOf,
  io: Io,
): Promise<Figures | null> {
  const { metric = [] } = options;
  if (run === undefined && options.metrics === undefined && metric.length === 0) return null;
  const metrics = new Map<string, number | null>();
  let corpusSha256: string | null = null;
  let runId: string | null = null;
  if (run !== undefined) {
    const reader = await openRun(resolve(io.cwd, run));
    for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
    const figures = await figuresOf(reader);
    for (const [name, value] of flattenMetrics(figures.metrics)) metrics.set(name, value);
    ({ corpusSha256 } = figures);
    runId = reader.id;
  }
  if (options.metrics !== undefined) {
    for (const [name, value] of await readMetricsFile(options.metrics, io)) {
      metrics.set(name, value);
    }
  }
  for (const written of metric) {
    const [name, value] = splitAssignment(written, '--metric');
    metrics.set(name, value === 'null' ? null : readNumber(value, `--metric ${name}`));
  }
  return { metrics, corpusSha256, run: runId };
}

async function readMetricsFile(file: string, io: Io): Promise<Map<string, number | null>> {
  const refused = (what: string, cause?: unknown): UsageError =>
    new UsageError(
      'metrics-file',
      `${file}: ${cause === undefined ? what : 'cannot be read as JSON'}`,
      { cause },
    );
  const bytes = await readRegular(resolve(io.cwd, file)).catch((cause: unknown) => {
    throw cause instanceof UsageError ? cause : refused('', cause);
  });
  const value = jsonOnce(bytes.toString('utf8'), refused);
  const outer = asObject(value);
  const metrics = asObject(outer?.metrics) ?? outer;
  if (metrics !== null) return flattenMetrics(metrics);
  throw new UsageError('metrics-file', `${file}: holds no JSON object of figures`, {
    hint: 'write { "metrics": { "recall@10": 0.998 } }',
  });
}

/** The error where no figures are named. */
export function noFigures(): UsageError {
  return new UsageError('no-figures', 'bench baseline: no figures are given', {
    hint: 'name a run folder, --metrics FILE or --metric NAME=VALUE',
  });
}

/** The commit that is checked out in the working folder; null where there is none. */
export async function currentCommit(io: Io): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: io.cwd });
    return stdout.trim();
  } catch {
    return null;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
