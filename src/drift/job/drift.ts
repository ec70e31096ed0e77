import { randomBytes } from 'node:crypto';
import type { Config } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { requireTexts } from '../../corpus/texts.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { embedShared } from '../../observe/embed-shared.ts';
import { describeCollections } from '../../observe/preflight/describe.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import { type JobOptions, withBackends } from '../../observe/with-backends.ts';
import { NO_PROGRESS } from '../../progress.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { Side } from '../../record/types.ts';
import type { ReportDocument } from '../../report/model.ts';
import { askedCorpus } from '../../sides/stand-ins.ts';
import type { Backend } from '../../wire/backend.ts';
import { requireHttp } from '../../wire/call.ts';
import type { DriftFindings } from '../find/findings.ts';
import type { DriftVerdict } from '../judge/judge-drift.ts';
import { captureReplies } from '../observe/capture-replies.ts';
import type { StoredDrift } from '../record/catalogue.ts';
import { type DriftSide, driftPlanCodec, repliesCodec } from '../record/drift-codec.ts';
import { DRIFT_PLAN_BLOCK, deriveDrift, driftFiles, REPLIES_BLOCK } from './rescore-drift.ts';

/** What a caller hands in. */
export interface DriftOptions extends JobOptions {
  /** Paired requests an endpoint; 5 or more, default 20. */
  readonly count?: number;
  /** The drift that is known; null, and by default, where there is no catalogue yet. */
  readonly catalogue?: readonly StoredDrift[] | null;
}

/** The drift of two backends, judged against what is known of it. */
export interface JudgedDrift {
  readonly status: 'complete';
  readonly runFolder: string;
  readonly sides: Readonly<Record<Side, DriftSide>>;
  readonly findings: DriftFindings;
  readonly verdict: DriftVerdict;
  /** As Markdown it is equal to the run's `report.md`. */
  readonly report: ReportDocument;
  readonly exitCode: ExitCode;
}

/** An interrupt came before everything was captured. */
export interface InterruptedDrift {
  readonly status: 'interrupted';
  /** Null where the run was not even begun. */
  readonly runFolder: string | null;
  readonly findings: null;
  readonly verdict: null;
  readonly report: null;
  readonly exitCode: typeof EXIT.interrupted;
}

export type DriftResult = JudgedDrift | InterruptedDrift;

const DEFAULT_COUNT = 20;
const LEAST_COUNT = 5;

/**
 * Finds how the responses of two backends differ, field by field, and judges whether that is the drift that
 * is known; leaves a run folder below `config.runs`. An aborted signal is a result, not an error.
 * @throws UsageError for a corpus or a count that cannot be used.
 * @throws InfrastructureError where a side does not answer.
 */
export async function drift(config: Config, options: DriftOptions = {}): Promise<DriftResult> {
  const { signal = new AbortController().signal, progress = NO_PROGRESS } = options;
  const { count = DEFAULT_COUNT, catalogue = null } = options;
  if (!Number.isInteger(count) || count < LEAST_COUNT) {
    throw new UsageError('drift-count', `count ${count}: expected ${LEAST_COUNT} or more`, {
      hint: 'two fifths of the pairs are held out; fewer than five pairs prove nothing',
    });
  }
  const corpus = askedCorpus(await loadCorpus(config.corpus), config);
  requireTexts(corpus, 'asked by text');
  let runFolder: string | null = null;
  const result = await withBackends(config, { ...options, signal }, async (backends) => {
    const access = {
      incumbent: requireHttp(backends.incumbent, 'drift'),
      candidate: requireHttp(backends.candidate, 'drift'),
    };
    for (const side of ['incumbent', 'candidate'] as const) {
      await describeCollections(backends[side], side, corpus.collections, signal);
    }
    await embedShared(backends, corpus.queries, { model: config.model, signal, progress });
    const writer = await createRun({ parentFolder: config.runs });
    runFolder = writer.folder;
    const salt = randomBytes(16).toString('hex');
    const manifest = (status: ManifestInput['status']) =>
      manifestFor({
        kind: 'drift',
        config,
        corpus,
        backends,
        descriptions: { incumbent: UNASKED, candidate: UNASKED },
        status,
        salt,
      });
    let input = await manifest('failed');
    await writer.describe(input);
    const { expected, ignoreHeaders } = config.drift;
    const { k, model } = config;
    const sides = { incumbent: sideOf(backends.incumbent), candidate: sideOf(backends.candidate) };
    const plan = { sides, count, k, model, ignoreHeaders, expected, catalogue };
    try {
      await writer.writeRecord(DRIFT_PLAN_BLOCK, driftPlanCodec, plan);
      await captureReplies({
        sides: access,
        corpus,
        count,
        k,
        model,
        onBlock: async (pairs, block) => {
          const name = `${REPLIES_BLOCK}${String(block).padStart(4, '0')}`;
          await writer.writeRecord(name, repliesCodec, pairs);
        },
        progress,
        signal,
      });
      const derived = await deriveDrift(await writer.readBack(), true);
      await writer.writeDerived(driftFiles(derived));
      input = await manifest('complete');
      const { findings, verdict, report } = derived;
      const { exitCode } = verdict;
      const status = 'complete' as const;
      return { status, runFolder: writer.folder, sides, findings, verdict, report, exitCode };
    } finally {
      const isCut = signal.aborted && input.status === 'failed';
      await writer.finish(isCut ? await manifest('interrupted') : input);
    }
  });
  const nothing = { findings: null, verdict: null, report: null };
  return result ?? { status: 'interrupted', runFolder, ...nothing, exitCode: EXIT.interrupted };
}

const UNASKED = { service: null, version: null, model: null, dimension: null };

function sideOf({ http, capabilities }: Backend): DriftSide {
  return {
    dialect: http?.dialectName ?? '',
    paths: Object.fromEntries(
      (['embed', 'search', 'retrieve'] as const).flatMap((endpoint) => {
        const path = capabilities.operations[endpoint];
        return path === undefined ? [] : [[endpoint, path]];
      }),
    ),
  };
}
