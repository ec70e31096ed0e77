import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { connectSide } from '../../config/side.ts';
import { EXIT, type ExitCode, UsageError } from '../../errors.ts';
import { EXIT_OF } from '../../gate/verdict.ts';
import { NO_PROGRESS } from '../../progress.ts';
import { overCorpus } from '../../record/run/manifest.ts';
import { openRun } from '../../record/run/open-run.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { ReportDocument } from '../../report/model.ts';
import { type RetrieveOptions, retrieve } from '../retrieve.ts';
import type { RetrieveResult } from '../retrieve-result.ts';
import {
  CANDIDATES_RECORD,
  candidatesCodec,
  type DerivedCandidates,
  deriveCandidates,
} from './derive-candidates.ts';
import type { CandidatesFindings } from './findings.ts';

/** Several candidates that were compared with one incumbent. */
export interface CandidatesResult {
  readonly status: 'complete' | 'interrupted';
  /** The results of the runs, a candidate each, as far as they came. */
  readonly results: readonly RetrieveResult[];
  /** Null where no candidate was judged. */
  readonly runFolder: string | null;
  readonly findings: CandidatesFindings | null;
  readonly verdict: DerivedCandidates['verdict'] | null;
  readonly report: ReportDocument | null;
  readonly exitCode: ExitCode;
}

/**
 * Compares each candidate of a configuration with the incumbent, one after the other: a run of the main job each, with
 * the same queries, and a folder beside them that holds what follows from all of them.
 * @throws UsageError where the configuration names one candidate, and as `retrieve` does.
 */
export async function retrieveCandidates(
  config: Config,
  options: Omit<RetrieveOptions, 'backends' | 'resume' | 'isOneOfSeveral'> = {},
): Promise<CandidatesResult> {
  const { candidates = [], ...shared } = config;
  if (candidates.length < 2) {
    throw new UsageError('candidates', 'one candidate: nothing to compare it with', {
      hint: 'name several, or use retrieve',
    });
  }
  if (config.incumbent.backend !== null) {
    throw new UsageError('candidates', 'the incumbent is a backend of the configuration', {
      hint: 'name it by a URL: it is opened anew for each candidate',
    });
  }
  const { progress = NO_PROGRESS, signal } = options;
  const results: RetrieveResult[] = [];
  const runs: { run: string; label: string }[] = [];
  for (const [at, candidate] of candidates.entries()) {
    if (signal?.aborted === true) break;
    const { label } = connectSide(candidate, `candidate ${at + 1}`, config.timeouts);
    progress.note(`candidate ${at + 1} of ${candidates.length}: ${label}`);
    const result = await retrieve({ ...shared, candidate }, { ...options, isOneOfSeveral: true });
    results.push(result);
    if (result.verdict === null) break;
    runs.push({ run: basename(result.runFolder), label });
  }
  const [first] = results;
  if (runs.length === 0 || first === undefined || first.verdict === null) {
    const none = { runFolder: null, findings: null, verdict: null, report: null };
    return { status: 'interrupted', results, ...none, exitCode: EXIT.interrupted };
  }
  const writer = await createRun({
    parentFolder: config.runs,
    suffix: () => `${randomBytes(3).toString('hex')}-candidates`,
  });
  // What the first run says of itself holds for all but the candidate.
  const { manifest } = await openRun(first.runFolder);
  if (manifest === null) throw new RangeError('a judged run has a manifest');
  const { corpus, ...facts } = overCorpus(manifest, first.runFolder);
  const { name, hashes } = corpus;
  const isWhole = runs.length === candidates.length && signal?.aborted !== true;
  const status = isWhole ? ('complete' as const) : ('interrupted' as const);
  const { toolVersion, config: recorded, dialects, backends, machine, versions, seeds } = facts;
  const environment = {
    toolVersion,
    config: recorded,
    dialects,
    backends,
    machine,
    versions,
    seeds,
  };
  const input = { kind: 'candidates' as const, ...environment, status, corpus: { name, hashes } };
  await writer.describe(input);
  await writer.writeRecord(CANDIDATES_RECORD, candidatesCodec, {
    planned: candidates.length,
    runs,
  });
  const { findings, verdict, report, files } = await deriveCandidates(
    await writer.readBack(),
    signal,
  );
  await writer.writeDerived(files);
  await writer.finish(input);
  const exitCode = isWhole ? EXIT_OF[verdict.state] : EXIT.interrupted;
  return { status, results, runFolder: writer.folder, findings, verdict, report, exitCode };
}
