import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRegular } from '../../src/disk/read-regular.ts';
import { BenchError, EXIT, type ExitCode, UsageError } from '../../src/errors.ts';
import type { Io } from '../io.ts';
import type { SuiteAdapter } from './adapter.ts';
import { type Mismatch, mismatches } from './compare.ts';
import { decisionSuites } from './decision-suites.ts';
import { intervalSuites } from './interval-suites.ts';
import { rankingSuites } from './ranking-suites.ts';
import { parseVectorFile, type VectorCase, type VectorSuite } from './schema.ts';
import { vectorSuites } from './vector-suites.ts';

const adapters: ReadonlyMap<string, SuiteAdapter> = new Map(
  Object.entries({ ...rankingSuites, ...vectorSuites, ...intervalSuites, ...decisionSuites }),
);

const SHOWN_FAILURES = 5;

/** A case that did not come out as expected. */
interface FailedCase {
  readonly id: string;
  /** Why the metric could not be computed at all, else null. */
  readonly error: string | null;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Runs every case of a file of metric vectors (the published one by default), prints passed and failed per
 * suite and `N passed, N failed` last: 0 when all passed, 1 when one failed or its suite is unknown, 2 for a file that cannot be read.
 */
export async function runConformance(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    const [file, ...rest] = argv;
    if (rest.length > 0 || file?.startsWith('-')) {
      throw new UsageError(
        'conformance-arguments',
        `conformance takes one file, got ${argv.join(' ')}`,
        { hint: 'npm run conformance -- FILE' },
      );
    }
    const { path, text } = await readVectors(file, io);
    const suites = parseVectorFile(text, path);
    return reportSuites(suites, io);
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    io.stderr(`conformance: ${error.message}\n`);
    if (error.hint !== null) io.stderr(`  hint: ${error.hint}\n`);
    return error.exitCode;
  }
}

const PUBLISHED = fileURLToPath(new URL('../../test/vectors/metrics.json', import.meta.url));

async function readVectors(
  file: string | undefined,
  io: Io,
): Promise<{ path: string; text: string }> {
  // npm runs a script in the package's folder and leaves the caller's in INIT_CWD: a path may mean either.
  const places = [io.cwd, io.env.INIT_CWD ?? io.cwd];
  const paths = file === undefined ? [PUBLISHED] : places.map((place) => resolve(place, file));
  let cause: unknown;
  for (const path of paths) {
    try {
      return {
        path: file ?? 'test/vectors/metrics.json',
        text: (await readRegular(path)).toString('utf8'),
      };
    } catch (error) {
      cause ??= error;
    }
  }
  throw new UsageError('vectors-missing', `cannot read ${file ?? 'test/vectors/metrics.json'}`, {
    hint: 'npm run conformance -- FILE, with FILE a readable file of metric vectors',
    context: { path: paths[0] ?? null },
    cause,
  });
}

function reportSuites(suites: readonly VectorSuite[], io: Io): ExitCode {
  const width = Math.max(...suites.map((suite) => suite.metric.length));
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const suite of suites) {
    const name = suite.metric.padEnd(width);
    const run = adapters.get(suite.metric);
    if (run === undefined) {
      skipped += suite.cases.length;
      io.stdout(`${name}  not implemented, ${suite.cases.length} skipped\n`);
      continue;
    }
    const failures = suite.cases.flatMap((vector) => failureOf(vector, suite, run) ?? []);
    passed += suite.cases.length - failures.length;
    failed += failures.length;
    io.stdout(
      `${name}  ${suite.cases.length - failures.length} passed, ${failures.length} failed\n`,
    );
    for (const failure of failures.slice(0, SHOWN_FAILURES)) io.stdout(describe(failure));
    const more = failures.length - SHOWN_FAILURES;
    if (more > 0) io.stdout(`  … and ${more} more\n`);
  }
  io.stdout(`${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
  // Nothing is known of a suite that was not run: that is no success.
  return failed === 0 && skipped === 0 ? EXIT.pass : EXIT.fail;
}

function failureOf(vector: VectorCase, suite: VectorSuite, run: SuiteAdapter): FailedCase | null {
  try {
    const found = mismatches(run(vector.input), vector.expected, suite);
    return found.length === 0 ? null : { id: vector.id, error: null, mismatches: found };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { id: vector.id, error: reason.replaceAll(/\s+/g, ' '), mismatches: [] };
  }
}

function describe(failure: FailedCase): string {
  if (failure.error !== null) return `  ${failure.id}: ${failure.error}\n`;
  return failure.mismatches
    .slice(0, SHOWN_FAILURES)
    .map(
      ({ field, got, expected }) =>
        `  ${failure.id}: ${field}: got ${printed(got)}, expected ${printed(expected)}\n`,
    )
    .join('');
}

function printed(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
