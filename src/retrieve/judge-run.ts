import type { GatesConfig } from '../config/schema.ts';
import type { Corpus } from '../corpus/types.ts';
import { UsageError } from '../errors.ts';
import { evaluateGates } from '../gate/evaluate.ts';
import type { OwnGates } from '../gate/own/own-gate.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { OwnMetric } from '../metrics/own-metric.ts';
import { type OverCorpus, overCorpus, type RunDescription } from '../record/run/manifest.ts';
import { openRun } from '../record/run/open-run.ts';
import { requireKind } from '../record/run/require-kind.ts';
import type { RunReader } from '../record/run/run-reader.ts';
import type { ReportDocument } from '../report/model.ts';
import type { PageCell } from '../report/page/page-data.ts';
import { retrieveReport } from '../report/retrieve-report.ts';
import { type Derived, deriveFindings } from './derive/derive-findings.ts';
import { reportContext } from './derive/report-context.ts';
import { pageOfRun, type RunPage } from './page/page-of-run.ts';
import { lookOf, readRecordedRun } from './record/recorded-run.ts';

/** A stored run, derived and judged again from its observations alone. */
export interface JudgedRun extends Derived {
  readonly reader: RunReader;
  readonly corpus: Corpus;
  readonly verdict: Verdict;
  readonly report: ReportDocument;
  /** Every query of each operation, those that differ most first. */
  readonly cells: () => readonly PageCell[];
  /** The same as a page with pictures and single queries, as HTML. */
  readonly page: () => string;
}

/** How a stored run is judged. */
export interface JudgeRunOptions {
  /** Margins to judge with, or what they are over the corpus of the run; absent: those the run was made with. */
  readonly gates?: GatesConfig | ((corpus: Corpus) => GatesConfig);
  /** Exchange the sides, with the truth held fixed. */
  readonly swap?: boolean;
  /** Once it is aborted, reference indexes are left out: they take longer than everything else together. */
  readonly signal?: AbortSignal;
  /** Metrics and claims that the package does not have. A run is stored without them: anybody can derive it again. */
  readonly own?: {
    readonly metrics?: readonly OwnMetric[];
    readonly gates?: readonly OwnGates[];
  };
}

/**
 * Opens a run folder, derives every figure from its observations and judges it.
 * @throws UsageError where the folder is no run or is damaged
 */
export async function judgeRun(folder: string, options: JudgeRunOptions = {}): Promise<JudgedRun> {
  return await judgeReader(await openRun(folder), options);
}

/**
 * Derives every figure of an open run from its observations and judges it. A run that was killed, or of which
 * something was set aside, is judged by what is left, as one that was interrupted.
 * @throws UsageError where too little is left
 */
export async function judgeReader(
  reader: RunReader,
  options: JudgeRunOptions = {},
): Promise<JudgedRun> {
  requireKind(reader, 'retrieve');
  const description = describedRun(reader);
  const swap = options.swap === true;
  const run = await readRecordedRun(reader);
  const { metrics = [], gates: own = [] } = options.own ?? {};
  const derived = await deriveFindings(run, {
    swap,
    ownMetrics: metrics,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { gates: wanted = gatesOf(description.config) } = options;
  const gates = typeof wanted === 'function' ? wanted(run.corpus) : wanted;
  const verdict = evaluateGates(derived.findings, gates, { look: lookOf(run.plan), own });
  const context = reportContext(reader.id, description.createdAt, description, swap);
  const { findings, input, attributed } = derived;
  const report = retrieveReport(findings, verdict, context);
  let made: RunPage | null = null;
  const parts = (): RunPage => {
    made ??= pageOfRun(
      { input, attributed, floor: run.floor ?? null },
      { findings, verdict, context, report },
    );
    return made;
  };
  return {
    ...derived,
    reader,
    corpus: run.corpus,
    verdict,
    report,
    cells: () => parts().data.cells,
    page: () => parts().page(),
  };
}

function describedRun({ description, folder, issues }: RunReader): OverCorpus<RunDescription> {
  if (description !== null) return overCorpus(description, folder);
  throw new UsageError('run-unfinished', `${folder}: the run was killed before it began to ask`, {
    hint: issues[0] ?? 'start it again',
  });
}

/** The gates a run was judged with, from its manifest. */
function gatesOf(config: unknown): GatesConfig {
  const gates = (config as { readonly gates?: GatesConfig } | null)?.gates;
  return gates ?? {};
}
