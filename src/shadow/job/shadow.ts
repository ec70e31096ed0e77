import { randomUUID } from 'node:crypto';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import type { GateState } from '../../gate/verdict.ts';
import { runEnvironment } from '../../observe/run-manifest.ts';
import { NO_PROGRESS, type Progress } from '../../progress.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { resumeRun } from '../../record/run/resume-run.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { requireSameSides } from '../../record/run/same-sides.ts';
import { redactConfig } from '../../secrets/redact-config.ts';
import { evidenceFold } from '../judge/evidence.ts';
import { judgeShadow } from '../judge/verdict.ts';
import { EMPTY_SHADOW_TALLY } from '../observe/request-tally.ts';
import { SHADOW_PLAN_BLOCK, shadowPlanCodec } from '../record/shadow-record.ts';
import { type ServedShadow, serveShadow } from '../serve/serve-page.ts';
import {
  type DerivedShadow,
  type RecordedShadow,
  readShadow,
  rescoreShadow,
} from './rescore-shadow.ts';
import type { ShadowConfig, ShadowOptions } from './shadow-config.ts';
import { startWatch } from './watch.ts';
import { tellWebhook } from './webhook.ts';

/** A shadow that has ended: what it came to, and what of it is on disk. */
export interface ShadowResult extends DerivedShadow {
  /** `complete` where it ended because it had an answer; `interrupted` may be gone on with. */
  readonly status: 'complete' | 'interrupted';
  readonly runFolder: string;
  /** That of the verdict where there is one; 130 where it was stopped before. */
  readonly exitCode: ExitCode;
}

/** How often it is looked at whether there is an answer. */
const LOOK_MS = 250;

/**
 * Serves users from the incumbent and sends a share of their questions to the candidate once their answers have left;
 * judges both answers as they come, in a way that is valid whenever one looks, and leaves a run folder below
 * `config.runs`. It ends when the signal is aborted, or with an answer where that is asked for.
 * @throws UsageError where the incumbent's dialect reads no requests, or a run cannot be gone on with: half of the
 *   evidence about one backend and half about another is none.
 */
export async function shadow(config: ShadowConfig, options: ShadowOptions): Promise<ShadowResult> {
  const { signal = new AbortController().signal, dialect, progress = NO_PROGRESS } = options;
  if (dialect.decodeRequest === undefined) {
    throw new UsageError('shadow-dialect', `dialect ${dialect.name} reads no requests of clients`, {
      hint: 'give it a decodeRequest: docs/shadow.md says how',
    });
  }
  const facts = await factsOf(config, options);
  const { writer, before, isPlanned } = await openOrResume(config, facts, progress);
  await writer.describe(facts);
  if (!isPlanned) await writer.writeRecord(SHADOW_PLAN_BLOCK, shadowPlanCodec, before.plan);
  let status: ManifestInput['status'] = 'failed';
  try {
    status = await observe({ config, options, signal, writer, before });
    const derived = await rescoreShadow(await writer.readBack());
    await writer.writeDerived(derived);
    const { verdict, exitCode } = derived.verdict;
    return {
      ...derived,
      status: status === 'complete' ? status : 'interrupted',
      runFolder: writer.folder,
      exitCode: verdict === 'inconclusive' && signal.aborted ? EXIT.interrupted : exitCode,
    };
  } finally {
    await writer.finish({ ...facts, status });
  }
}

interface ShadowRun {
  readonly config: ShadowConfig;
  readonly options: ShadowOptions;
  readonly signal: AbortSignal;
  readonly writer: RunWriter;
  readonly before: RecordedShadow;
}

async function observe(run: ShadowRun): Promise<'complete' | 'interrupted'> {
  const { config, options, signal, writer } = run;
  const { progress = NO_PROGRESS } = options;
  const watch = await startWatch({ ...run, progress });
  const frontend = await options.openFrontend(watch.tap);
  let page: ServedShadow | null = null;
  try {
    if (config.pagePort !== null) page = await serveShadow(watch.view, config.pagePort);
    options.onReady?.({
      frontend: frontend.url,
      page: page?.url ?? null,
      runFolder: writer.folder,
    });
    let known: GateState = judgeShadow(watch.view().findings.evidence).verdict;
    for (;;) {
      const { verdict, findings } = watch.view();
      progress.remark(`${findings.tally.mirrored} mirrored, ${verdict.verdict}`);
      if (verdict.verdict !== known) {
        known = verdict.verdict;
        progress.note(`${verdict.verdict}: ${verdict.sentence}`);
        const problem =
          config.webhook === null ? null : await tellWebhook(config.webhook, writer.id, verdict);
        if (problem !== null) progress.note(problem);
      }
      if (config.untilDecided && known !== 'inconclusive') return 'complete';
      if (signal.aborted) return 'interrupted';
      await pauseOf(LOOK_MS, signal);
    }
  } finally {
    await frontend.stop();
    await watch.stop();
    await page?.stop();
  }
}

interface OpenedShadow {
  readonly writer: RunWriter;
  readonly before: RecordedShadow;
  /** Whether the plan is on disk. */
  readonly isPlanned: boolean;
}

async function openOrResume(
  { plan, resume, runs }: ShadowConfig,
  facts: ManifestInput,
  progress: Progress,
): Promise<OpenedShadow> {
  const fold = evidenceFold(plan);
  const begun = { plan, fold, tally: EMPTY_SHADOW_TALLY, events: [], next: 0 };
  if (resume === null) {
    const writer = await createRun({ parentFolder: runs });
    return { writer, before: begun, isPlanned: false };
  }
  const { reader, writer } = await resumeRun(resume, {
    kind: 'shadow',
    check: async ({ description }) => {
      if (description !== null) requireSameSides(resume, description, facts);
    },
  });
  for (const issue of reader.issues) progress.note(issue);
  // One that was killed before its plan begins under its folder.
  const isPlanned = reader.recordNames(SHADOW_PLAN_BLOCK, shadowPlanCodec).length > 0;
  // Evidence that was gathered under one plan cannot be judged by another.
  return { writer, before: isPlanned ? await readShadow(reader) : begun, isPlanned };
}

async function factsOf(config: ShadowConfig, options: ShadowOptions): Promise<ManifestInput> {
  const { runs: _, redact, webhook, named, ...asked } = config;
  const { incumbent, candidate } = options;
  const sides = named ?? { incumbent: incumbent.label, candidate: candidate.label };
  const backend = (label: string) => ({
    url: label,
    service: null,
    version: null,
    model: null,
    dimension: null,
  });
  const shown = {
    ...asked,
    incumbent: { url: sides.incumbent },
    candidate: { url: sides.candidate },
    redact: redact.map(({ name }) => name),
    webhook: webhook !== null,
  };
  return {
    kind: 'shadow',
    ...(await runEnvironment()),
    status: 'interrupted',
    corpus: null,
    config: redactConfig(shown, randomUUID()),
    dialects: { incumbent: incumbent.fingerprint, candidate: candidate.fingerprint },
    backends: { incumbent: backend(incumbent.label), candidate: backend(candidate.label) },
    seeds: { sample: config.seed },
  };
}

async function pauseOf(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
