import { randomBytes, randomUUID } from 'node:crypto';
import { DEFAULTS } from '../../config/defaults.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { runEnvironment } from '../../observe/run-manifest.ts';
import { NO_PROGRESS, type Progress } from '../../progress.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import type { ReportDocument } from '../../report/model.ts';
import { redactConfig } from '../../secrets/redact-config.ts';
import { withoutUrlSecrets } from '../../secrets/urls.ts';
import { dialectNamed } from '../../wire/registry.ts';
import type { CutoverFindings } from '../find/findings.ts';
import type { CutoverVerdict } from '../judge/judge-cutover.ts';
import type { Dialects } from '../observe/ask.ts';
import type { LoadShape } from '../observe/load.ts';
import {
  type CutoverPlan,
  type CutoverSubject,
  observeCutover,
} from '../observe/observe-cutover.ts';
import { cutoverPartCodec, cutoverPlanCodec } from '../record/cutover-codec.ts';
import type { CandidateState, CutoverObservations } from '../record/observations.ts';
import { CUTOVER_PLAN_BLOCK, cutoverFiles, deriveCutover, PART_BLOCK } from './rescore-cutover.ts';

/** What is looked at, and by what it is judged. */
export interface CutoverConfig {
  /** An index that both sides have. */
  readonly index: string;
  /** Whether an index, a key and a row may be written through the frontend. */
  readonly mayWrite: boolean;
  /** By how much the p95 of the incumbent may rise: 0.1 is ten percent. */
  readonly margin: number;
  /** Whether the p95 decides; otherwise it is advisory. */
  readonly gatesP95: boolean;
  readonly blockPairs: number;
  readonly requestsPerBlock: number;
  /** Where run folders are written. */
  readonly runs: string;
}

/** What is looked at where nothing else is asked for. */
export const CUTOVER_DEFAULTS: CutoverConfig = {
  index: 'workers',
  mayWrite: false,
  margin: 0.1,
  gatesP95: false,
  blockPairs: 12,
  requestsPerBlock: 200,
  runs: 'runs',
};

/** A frontend that is open to be looked at; `stop` ends whatever was started for it. */
export interface OpenFrontend {
  readonly subject: CutoverSubject;
  readonly stop: () => Promise<void>;
}

/** What a caller hands in. */
export interface CutoverOptions {
  /** Gives the frontend that is looked at, and whatever can be done to it. */
  readonly openFrontend: (signal: AbortSignal) => Promise<OpenFrontend>;
  /** How each side is spoken to; the two gateways' own where absent. */
  readonly dialects?: Dialects;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** A frontend that was looked at and judged. */
export interface JudgedCutover {
  readonly status: 'complete';
  readonly runFolder: string;
  readonly observations: CutoverObservations;
  readonly findings: CutoverFindings;
  readonly verdict: CutoverVerdict;
  /** As Markdown it is equal to the run's `report.md`. */
  readonly report: ReportDocument;
  readonly exitCode: ExitCode;
}

/** An interrupt came before everything was looked at. */
export interface InterruptedCutover {
  readonly status: 'interrupted';
  /** Null where the run was not even begun. */
  readonly runFolder: string | null;
  readonly findings: null;
  readonly verdict: null;
  readonly report: null;
  readonly exitCode: typeof EXIT.interrupted;
}

export type CutoverResult = JudgedCutover | InterruptedCutover;

const TIMEOUT_MS = 40_000;
const LIGHT: LoadShape = { concurrency: 8, periodMs: 200 };
const LOADS: Readonly<Record<CandidateState, LoadShape>> = {
  sound: LIGHT,
  killed: LIGHT,
  hung: LIGHT,
  failing: LIGHT,
  saturated: { ...LIGHT, concurrency: 24 },
};

/**
 * Proves by requests that a frontend leaves the incumbent alone: additive, unchanged, reversible, isolated
 * and separate; leaves a run folder below `config.runs`. An aborted signal is a result, not an error.
 * @throws InfrastructureError where the frontend does not answer.
 */
export async function cutover(
  config: CutoverConfig,
  options: CutoverOptions,
): Promise<CutoverResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS, openFrontend } = options;
  const dialects = options.dialects ?? ownDialects();
  let runFolder: string | null = null;
  try {
    const { subject, stop } = await openFrontend(signal);
    try {
      const writer = await createRun({ parentFolder: config.runs });
      runFolder = writer.folder;
      return await record({ config, subject, dialects, writer, signal, progress });
    } finally {
      await stop();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    const nothing = { findings: null, verdict: null, report: null };
    return { status: 'interrupted', runFolder, ...nothing, exitCode: EXIT.interrupted };
  }
}

interface CutoverRun {
  readonly config: CutoverConfig;
  readonly subject: CutoverSubject;
  readonly dialects: Dialects;
  readonly writer: RunWriter;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

async function record(run: CutoverRun): Promise<JudgedCutover> {
  const { config, subject, dialects, writer, signal, progress } = run;
  const facts = await factsOf(run);
  let status: ManifestInput['status'] = 'failed';
  await writer.describe({ ...facts, status });
  const { frontend, setting, route } = subject;
  const { margin, gatesP95 } = config;
  try {
    await writer.writeRecord(CUTOVER_PLAN_BLOCK, cutoverPlanCodec, {
      frontend,
      setting,
      routedPath: route?.path ?? null,
      margin,
      gatesP95,
    });
    await observeCutover(subject, planOf(config, dialects), {
      onPart: async (part, number) => {
        const name = `${PART_BLOCK}${String(number).padStart(4, '0')}`;
        await writer.writeRecord(name, cutoverPartCodec, part);
      },
      progress,
      signal,
    });
    const derived = await deriveCutover(await writer.readBack(), true);
    await writer.writeDerived(cutoverFiles(derived));
    status = 'complete';
    const { exitCode } = derived.verdict;
    return { ...derived, status, runFolder: writer.folder, exitCode };
  } finally {
    const isCut = signal.aborted && status === 'failed';
    await writer.finish({ ...facts, status: isCut ? 'interrupted' : status });
  }
}

/** What the manifest says; the URLs of backends that are not known are those behind the frontend. */
async function factsOf({ config, subject, dialects }: CutoverRun): Promise<ManifestInput> {
  const { runs, ...asked } = config;
  const { frontend, frontendUrl, setting, incumbentUrl, candidateUrl } = subject;
  const backend = (url: string | null) => ({
    url: withoutUrlSecrets(url ?? frontendUrl),
    service: null,
    version: null,
    model: null,
    dimension: null,
  });
  return {
    kind: 'cutover',
    ...(await runEnvironment()),
    status: 'failed',
    corpus: null,
    config: redactConfig({ ...asked, frontend, frontendUrl, setting }, randomUUID()),
    dialects: {
      incumbent: dialects.incumbent.fingerprint,
      candidate: dialects.candidate.fingerprint,
    },
    backends: { incumbent: backend(incumbentUrl), candidate: backend(candidateUrl) },
    seeds: {},
  };
}

function ownDialects(): Dialects {
  return {
    incumbent: dialectNamed(DEFAULTS.incumbent.dialect),
    candidate: dialectNamed(DEFAULTS.candidate.dialect),
  };
}

function planOf(
  { index, mayWrite, blockPairs, requestsPerBlock }: CutoverConfig,
  dialects: Dialects,
): CutoverPlan {
  return {
    dialects,
    index,
    nonce: randomBytes(6).toString('hex'),
    mayWrite,
    latency: { blockPairs, requestsPerBlock },
    loads: LOADS,
    timeoutMs: TIMEOUT_MS,
  };
}
