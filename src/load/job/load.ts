import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import type { Config, Origins } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { requireTexts } from '../../corpus/texts.ts';
import type { Corpus } from '../../corpus/types.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { judgeLoad, type LoadVerdict } from '../../gate/load/judge-load.ts';
import type { LoadFinding } from '../../gate/load/load-finding.ts';
import type { Pair } from '../../observe/ask.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import { preflight } from '../../observe/preflight/preflight.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import { type JobOptions, withBackends } from '../../observe/with-backends.ts';
import { NO_PROGRESS, type Progress } from '../../progress.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { renderMarkdown } from '../../report/render/markdown.ts';
import type { Rung } from '../drive/rung.ts';
import type { LoadMeasures, LoadReport } from '../load-measures.ts';
import { LOAD_DEFAULTS, type LoadPlan } from '../plan.ts';
import { loadRowsOf } from '../record/load-rows.ts';
import { loadReport } from '../report/load-report.ts';
import { checkLoadPlan } from './check-plan.ts';
import { measureLoad } from './measure-load.ts';

/** What a caller of a load may hand in. */
export interface LoadOptions extends JobOptions {
  /** What is to be measured; what is left out is as in `LOAD_DEFAULTS`. */
  readonly plan?: Partial<LoadPlan>;
  /** Where each value of the configuration came from: only margins that somebody set are objectives. */
  readonly origins?: Origins;
}

/** A load that was measured and judged; `status` says whether all of it was. */
export interface JudgedLoad {
  readonly status: 'complete' | 'interrupted';
  readonly runFolder: string;
  readonly findings: LoadMeasures;
  readonly verdict: LoadVerdict;
  /** The tables as Markdown, equal to the run's `report.md`. */
  readonly report: string;
  /** Everything as JSON, equal to the run's `load.json`. */
  readonly json: string;
  /** That of the verdict, or 130 where the load was interrupted. */
  readonly exitCode: ExitCode;
}

/** A load that was interrupted before there was anything to judge. */
export interface UnmeasuredLoad {
  readonly status: 'interrupted';
  readonly verdict: null;
  readonly exitCode: typeof EXIT.interrupted;
}

/** How a load ended. */
export type LoadResult = JudgedLoad | UnmeasuredLoad;

/**
 * Puts both backends of a configuration under the same open-loop load, judges what came back and leaves a
 * run folder below `config.runs`. An aborted signal is a result, not an error.
 * @throws UsageError for a corpus, a plan or gates that cannot be used.
 * @throws InfrastructureError where a backend is unwell before measuring begins.
 */
export async function load(config: Config, options: LoadOptions = {}): Promise<LoadResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const plan = { ...LOAD_DEFAULTS, ...options.plan };
  if (!plan.recall && config.gates.recallUnderLoad !== undefined) {
    throw new UsageError('load-no-recall', '--no-recall leaves gates.recallUnderLoad undecided', {
      hint: 'leave out one of them',
    });
  }
  const corpus = await loadCorpus(config.corpus);
  requireTexts(corpus, 'asked by text');
  const isSet = (key: string): boolean => (options.origins?.get(key) ?? 'default') !== 'default';
  const result = await withBackends(config, { ...options, signal }, (backends) =>
    measureAndJudge({ config, corpus, plan, backends, isSet, signal, progress }),
  );
  return result ?? { status: 'interrupted', verdict: null, exitCode: EXIT.interrupted };
}

interface Job {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly plan: LoadPlan;
  readonly backends: Pair;
  /** Whether somebody wrote a key of the configuration. */
  readonly isSet: (key: string) => boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function measureAndJudge(job: Job): Promise<JudgedLoad> {
  const { config, corpus, backends, signal } = job;
  checkLoadPlan(job.plan, config, backends);
  const said = await preflight(patientPair(backends).pair, {
    collections: corpus.collections,
    operations: [job.plan.operation],
    embeds: job.plan.recall ? ['incumbent'] : [],
    k: config.k,
    model: config.model,
    signal,
  });
  const writer = await createRun({
    parentFolder: config.runs,
    suffix: () => `${randomBytes(3).toString('hex')}-load`,
  });
  const salt = randomBytes(16).toString('hex');
  const manifest = (status: ManifestInput['status']): Promise<ManifestInput> =>
    manifestFor({ kind: 'load', config, corpus, backends, said, status, salt });
  const loadBefore = loadavg()[0] ?? 0;
  let finished = false;
  try {
    const findings = await measureLoad({
      ...job,
      onRung: async ({ raw }, index, queries) => {
        await writer.writeLoad(
          `rate-${index + 1}`,
          loadRowsOf(raw.record, queries, { blocks: raw.blocks, recall: raw.recall }),
        );
      },
      onRamp: async ({ arm, record }, index, queries) => {
        const side = arm === 0 ? 'incumbent' : 'candidate';
        await writer.writeLoad(`ramp-${index + 1}-${side}`, loadRowsOf(record, queries, { side }));
      },
    });
    const status = signal.aborted ? 'interrupted' : 'complete';
    const input = await manifest(status);
    const verdict = judgeLoad(
      findings.rungs.map(findingOf),
      config.gates,
      job.isSet,
      status === 'complete',
    );
    const full: LoadReport = {
      ...findings,
      verdict,
      provenance: provenanceOf(input, writer, loadBefore),
    };
    const json = jsonOf(full);
    const report = renderMarkdown(loadReport(full));
    await writer.writeText('load.json', json);
    await writer.writeText('report.md', report);
    await writer.finish(input);
    finished = true;
    const exitCode = status === 'complete' ? verdict.exitCode : EXIT.interrupted;
    return { status, runFolder: writer.folder, findings, verdict, report, json, exitCode };
  } finally {
    if (!finished) await writer.finish(await manifest(signal.aborted ? 'interrupted' : 'failed'));
  }
}

function findingOf({ ratePerSecond, validity, facts }: Rung): LoadFinding {
  return {
    ratePerSecond,
    valid: validity.valid,
    invalidReasons: validity.reasons,
    ...facts,
  };
}

function provenanceOf(
  { machine, versions }: ManifestInput,
  writer: RunWriter,
  loadBefore: number,
): string {
  return [
    `${machine.cores} × ${machine.cpuModel}`,
    machine.platform,
    `Node ${versions.node}`,
    `undici ${versions.libraries.undici ?? 'unknown'}`,
    writer.createdAt,
    `load average ${loadBefore.toFixed(2)} before, ${(loadavg()[0] ?? 0).toFixed(2)} after`,
  ].join(' · ');
}

/** JSON knows no infinity: what never ended is written as the text `infinite`. Raw columns have files of their own. */
function jsonOf(report: LoadReport): string {
  const text = JSON.stringify(
    report,
    (key, value: unknown) => {
      if (key === 'raw' || key === 'record') return undefined;
      return value === Number.POSITIVE_INFINITY ? 'infinite' : value;
    },
    2,
  );
  return `${text}\n`;
}
