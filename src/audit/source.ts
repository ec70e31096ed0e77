import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { readRegular } from '../disk/read-regular.ts';
import { type MetricLog, type MetricPhases, parseMetricLog } from './metric-log.ts';
import type { Source } from './phase-file.ts';
import { runCommand } from './run-command.ts';

/** The world an audit runs in. */
export interface AuditWorld {
  /** Folder that relative paths begin at. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The figures of one source, or why there are none. */
export interface SourceResult {
  readonly log: MetricLog;
  /** Empty where the source could be read or run to its end. */
  readonly failure: string;
  /** Exit code and the one that was expected; null where nothing was run. */
  readonly exit: { readonly code: number | null; readonly expected: number } | null;
}

const NOTHING: MetricLog = { phases: new Map(), problems: [] };

/** Reads or runs one source; a failure is a result, not an error. */
export async function readSource(source: Source, world: AuditWorld): Promise<SourceResult> {
  if ('command' in source) {
    const result = await runCommand({
      argv: source.command,
      cwd: resolve(world.folder, source.cwd ?? '.'),
      env: { ...world.env, ...source.env },
      timeoutMs: source.timeoutMs,
      signal: world.signal,
    });
    const log = parseMetricLog(result.stdout, source.command.join(' '), { ignoreText: true });
    const exit = { code: result.exitCode, expected: source.exitCode };
    return { log, failure: result.failure, exit };
  }
  const name = 'file' in source ? source.file : source.artifact;
  try {
    const bytes = await readRegular(resolve(world.folder, name));
    const log = 'file' in source ? parseMetricLog(bytes, name) : artifactLog(bytes);
    return { log, failure: '', exit: null };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { log: NOTHING, failure: `cannot read ${name} (${code})`, exit: null };
  }
}

function artifactLog(bytes: Uint8Array): MetricLog {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const leaf = (value: string | number) => ({
    value,
    spelling: JSON.stringify(value),
    ambiguous: false,
  });
  const figures = new Map([
    ['sha256', leaf(sha256)],
    ['sizeBytes', leaf(bytes.length)],
  ]);
  const phases: MetricPhases = new Map([['', figures]]);
  return { phases, problems: [] };
}
