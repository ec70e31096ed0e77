import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { corpusOfCapture } from '../../src/capture/corpus/corpus-of-capture.ts';
import type { Weighting } from '../../src/capture/find/draws.ts';
import { compareWithCapture } from '../../src/capture/job/compare-baseline.ts';
import { BASELINE_MARGINS } from '../../src/capture/judge/judge-baseline.ts';
import { baselineReport } from '../../src/capture/report/baseline-report.ts';
import type { Config } from '../../src/config/resolve.ts';
import { counted } from '../../src/counted.ts';
import { type ExitCode, UsageError } from '../../src/errors.ts';
import { connectAll } from '../../src/sides/connect-sides.ts';
import { openCapture } from '../../src/traffic/capture-record.ts';
import { type ConfigFlags, configOf, setKeyBeyond } from '../config-options.ts';
import type { Io } from '../io.ts';
import { type OutputFlags, printReport } from '../output.ts';
import { sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { terminalProgress } from '../terminal-progress.ts';

/** Flags of commands that may ask what traffic asked. */
export interface QueriesFlags {
  readonly queries?: string;
  readonly weights?: Weighting;
  readonly baseline?: boolean;
}

/** Adds them to a command. */
export function addQueriesOptions(command: Command): Command {
  return command
    .option('--queries <capture>', 'ask the needs of a capture in place of the corpus’s queries')
    .addOption(
      new Option('--weights <name>', 'of captured needs: each alike, or as often as it was asked')
        .choices(['needs', 'frequency'])
        .default('needs'),
    )
    .option(
      '--baseline',
      'with --queries: hold the candidate against the captured answers; no incumbent is asked',
    );
}

/** A configuration whose corpus asks what traffic asked, where a capture is named; else the same. */
export async function withCapturedQueries(
  config: Config,
  { queries, weights = 'needs' }: QueriesFlags,
  io: Io,
): Promise<Config> {
  if (queries === undefined) return config;
  const capture = await openCapture(resolve(io.cwd, queries));
  const made = await corpusOfCapture({
    capture,
    corpus: config.corpus,
    weighting: weights,
    seed: config.seed,
    parent: join(capture.folder, 'corpora'),
  });
  const by = weights === 'frequency' ? 'weighted by how often they were asked' : 'each need alike';
  io.stderr(`bench: ${counted(made.queries, 'query', 'queries')} of ${capture.id}, ${by}\n`);
  if (made.leftOut > 0) {
    io.stderr(
      `bench: ${counted(made.leftOut, 'need asks', 'needs ask')} collections that the corpus has not\n`,
    );
  }
  return { ...config, corpus: made.folder };
}

/** Flags of the main job that promise what a comparison with captured answers does not do. */
const MEANINGLESS = {
  ...{ incumbent: '--incumbent', incumbentUrl: '--incumbent-url', also: '--also' },
  ...{ model: '--model', sequential: '--sequential' },
  ...{ equalRecall: '--equal-recall', rebuild: '--rebuild', resume: '--resume' },
  ...{ ingest: '--ingest', force: '--force', queue: '--queue', store: '--store' },
} as const;

/** Flags and keys that it has no use for, and that do no harm. */
const IDLE = { k: '--k', quick: '--quick', seed: '--seed' } as const;
/** Keys that it heeds. */
const HEEDED =
  /^(gates\.errors\.margin|quality\.concurrency|runs|embed|corpus|encoder|(candidate|timeouts)(\..+)?)$/;

/** Flags of a comparison with captured answers, among those that it refuses. */
type CapturedFlags = ConfigFlags &
  QueriesFlags &
  OutputFlags &
  Partial<Record<keyof typeof MEANINGLESS | keyof typeof IDLE, unknown>>;

/**
 * Names flags and keys that do nothing.
 * @throws UsageError where one of them promises something: another margin, side or way of asking
 */
function requireHeeded(flags: CapturedFlags, io: Io): void {
  const refused = (what: string, hint: string) =>
    new UsageError('baseline-flag', `${what}: means nothing with --baseline`, { hint });
  for (const [name, flag] of Object.entries(MEANINGLESS)) {
    if (flags[name as keyof typeof MEANINGLESS] === undefined) continue;
    throw refused(
      flag,
      name === 'ingest' || name === 'force'
        ? 'bench ingest fills the candidate first'
        : 'the captured questions are put to the candidate as they are, and no incumbent is asked',
    );
  }
  if (flags.weights === 'frequency') {
    throw refused('--weights frequency', 'each captured need is compared once');
  }
  const gate = setKeyBeyond(flags, /^(?!gates(\.|$))|^gates\.errors\.margin$/);
  if (gate !== null) {
    throw refused(
      `--set ${gate}`,
      'of the gates, gates.errors.margin is heeded; lists are judged within .02',
    );
  }
  const idle = Object.entries(IDLE).flatMap(([name, flag]) =>
    flags[name as keyof typeof IDLE] === undefined ? [] : [flag],
  );
  const key = setKeyBeyond(flags, HEEDED);
  for (const what of [...idle, ...(key === null ? [] : [`--set ${key}`])]) {
    io.stderr(`bench: warning: ${what}: means nothing with --baseline\n`);
  }
}

/** Holds the candidate against the answers of a capture, and prints what came of it. */
export async function compareCaptured(flags: CapturedFlags, io: Io): Promise<ExitCode> {
  if (flags.queries === undefined) {
    throw new UsageError(
      'baseline-queries',
      '--baseline needs the capture that holds the answers',
      {
        hint: 'add --queries CAPTURE',
      },
    );
  }
  requireHeeded(flags, io);
  const { config } = await configOf(flags, io, { oneSide: true });
  const [candidate] = await connectAll({ candidate: config.candidate }, config);
  if (candidate === undefined) throw new Error('one side was to be connected');
  const errors = config.gates.errors?.margin ?? BASELINE_MARGINS.errors;
  const progress = terminalProgress(io);
  try {
    const { quality, runs } = config;
    const result = await compareWithCapture(
      {
        capture: resolve(io.cwd, flags.queries),
        margins: { ...BASELINE_MARGINS, errors },
        concurrency: quality.concurrency,
        runs,
      },
      { candidate, signal: io.signal, progress },
    );
    progress.end();
    const { runFolder: run, findings, verdict } = result;
    const report = baselineReport(findings, verdict);
    const printed = {
      screen: screenOf(report, run, io),
      report,
      figures: () => ({ run, verdict, findings }),
    };
    await printReport(printed, flags, io);
    const answer = `${verdict.verdict}: ${verdict.sentence}`;
    sayRun({ runFolder: run, answer }, flags, io);
    return result.exitCode;
  } finally {
    progress.end();
    await candidate.close();
  }
}
