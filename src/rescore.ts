import { rescoreBaseline } from './capture/job/baseline-record.ts';
import { rescoreCapture } from './capture/job/rescore-capture.ts';
import { baselineReport } from './capture/report/baseline-report.ts';
import { captureReport } from './capture/report/capture-report.ts';
import { rescoreCutover } from './cutover/job/rescore-cutover.ts';
import { rescoreDrift } from './drift/job/rescore-drift.ts';
import { EXIT, type ExitCode, UsageError } from './errors.ts';
import { rescoreLoad } from './load/job/rescore-load.ts';
import { rescoreProbe } from './probes/job/rescore-probe.ts';
import { derivedTexts } from './record/run/derived-files.ts';
import type { RunKind } from './record/run/manifest.ts';
import { openRun } from './record/run/open-run.ts';
import type { RunReader } from './record/run/run-reader.ts';
import { rescoreReplay } from './replay/job/rescore-replay.ts';
import { replayReport } from './replay/report/replay-report.ts';
import type { DerivedRun } from './report/judged.ts';
import type { ReportDocument } from './report/model.ts';
import { deriveCandidates } from './retrieve/candidates/derive-candidates.ts';
import { rescoreRetrieve } from './retrieve/rescore-run.ts';
import { rescoreShadow } from './shadow/job/rescore-shadow.ts';
import { shadowReport } from './shadow/report/shadow-report.ts';
import { shownShadow } from './shadow/report/shown-shadow.ts';
import { rescoreSweep } from './sweep/job/rescore-sweep.ts';
import { sweepReport } from './sweep/report/sweep-report.ts';

/** How each kind of run is derived again from its observations: a new kind is a line here. */
const DERIVE: Readonly<Record<RunKind, (run: RunReader) => Promise<DerivedRun>>> = {
  baseline: async (run) => {
    const files = await rescoreBaseline(run);
    const { findings, verdict } = files;
    const gates = findings.gates.map((gate) => ({ ...gate, kind: { type: gate.name } }));
    return {
      report: baselineReport(findings, verdict),
      verdict: { state: verdict.verdict, sentence: verdict.sentence, gates },
      files,
    };
  },
  capture: async (run) => {
    const files = await rescoreCapture(run);
    return { report: captureReport(files.findings), verdict: null, files };
  },
  candidates: (run) => deriveCandidates(run),
  cutover: rescoreCutover,
  drift: rescoreDrift,
  load: rescoreLoad,
  probe: (run) => rescoreProbe(run),
  replay: async (run) => {
    const files = await rescoreReplay(run);
    return { report: replayReport(files.findings), verdict: null, files };
  },
  retrieve: (run) => rescoreRetrieve(run),
  shadow: async (run) => {
    const files = await rescoreShadow(run);
    const { findings, verdict } = files;
    return {
      report: shadowReport(findings, verdict),
      verdict: shownShadow(findings.evidence, verdict),
      files,
    };
  },
  sweep: async (run) => {
    const files = await rescoreSweep(run);
    return { report: sweepReport(files.findings), verdict: null, files };
  },
};

/** A stored run of any kind with the answer and the report that follow from its observations. */
export interface ReportedRun extends DerivedRun {
  readonly kind: RunKind;
  readonly reader: RunReader;
  /** The page of the run, as HTML. */
  readonly page: () => string;
  /** What was found of it and of runs that it rests on, a sentence each; empty for a sound one. */
  readonly issues: readonly string[];
}

/**
 * Derives the answer and the report of a stored run of any kind from its observations.
 * @throws UsageError where the folder is no run, is damaged, or too little of it is left
 */
export async function reportRun(folder: string): Promise<ReportedRun> {
  const reader = await openRun(folder);
  const kind = kindOf(reader);
  const derived = await DERIVE[kind](reader);
  const issues = [...reader.issues, ...(derived.issues ?? [])];
  return { ...derived, kind, reader, issues, page: derived.files.page };
}

/** A stored run, derived again and held against what was stored. */
export interface RescoredRun {
  readonly kind: RunKind;
  readonly reader: RunReader;
  /** As `findings.json` and `verdict.json` hold them. */
  readonly findings: unknown;
  readonly verdict: unknown;
  readonly report: ReportDocument;
  /** Its answer on one screen; absent: its tables. */
  readonly screen?: DerivedRun['screen'];
  /** The page of the run, as HTML. */
  readonly page: () => string;
  /** What was found of it and of runs that it rests on, a sentence each; empty for a sound one. */
  readonly issues: readonly string[];
  /** Stored files that what was derived was compared with. */
  readonly compared: readonly string[];
  /** Those of them that differ, in any byte. */
  readonly differing: readonly string[];
  /** 1 where one differs or a finished run is damaged, else 0, whatever the verdict. */
  readonly exitCode: ExitCode;
}

/**
 * Derives every figure of a stored run of any kind again, from its observations alone. Observations that are
 * not what was recorded are set aside and named in `issues`; what is derived then rests on the others.
 * With `swap` the sides of a run of the main job are exchanged while the truth is held fixed, so there is
 * nothing to hold it against.
 * @throws UsageError where the folder is no run, or too little of it is left
 */
export async function rescore(
  folder: string,
  options: { readonly swap?: boolean } = {},
): Promise<RescoredRun> {
  const reader = await openRun(folder, { allowDamaged: true });
  const kind = kindOf(reader);
  const isSwapped = options.swap === true;
  if (isSwapped && kind !== 'retrieve') {
    throw new UsageError('rescore-swap', `${folder}: a run of ${kind} cannot be swapped`, {
      hint: 'leave out --swap',
    });
  }
  const deriving = isSwapped ? rescoreRetrieve(reader, { swap: true }) : DERIVE[kind](reader);
  const derived = await deriving.catch((error: unknown) => {
    throw whyTooLittle(error, reader);
  });
  // What a run had derived when it was killed is of another state than what is left of it.
  const isFuller = derived.isFuller === true || wasKilled(reader);
  const compared: string[] = [];
  const differing: string[] = [];
  for (const [name, text] of isSwapped || isFuller ? [] : derivedTexts(derived.files)) {
    // A file that is not the one that was written is set aside when a run is opened.
    const isChanged = reader.setAside.includes(name);
    if (!isChanged && !reader.has(name)) continue;
    compared.push(name);
    if (isChanged || (await reader.text(name)) !== text) differing.push(name);
  }
  // The last block of a killed run may be torn; a finished run must be as it was written.
  const isDamaged = reader.manifest !== null && reader.lost.length > 0;
  const exitCode = differing.length > 0 || isDamaged ? EXIT.fail : EXIT.pass;
  const { findings, verdict } = derived.files;
  const { report, screen } = derived;
  return {
    kind,
    reader,
    findings,
    verdict,
    report,
    ...(screen === undefined ? {} : { screen }),
    page: derived.files.page,
    issues: [...reader.issues, ...(derived.issues ?? [])],
    compared,
    differing,
    exitCode,
  };
}

/** Whether a run was killed before it was finished; one whose manifest is missing was finished all the same. */
function wasKilled({ manifest, journal }: RunReader): boolean {
  const last = journal.findLast(({ event }) => event === 'finished' || event === 'resumed');
  return manifest === null && last?.event !== 'finished';
}

/** A run of which nothing is left to derive from was not killed early, where its files are damaged. */
function whyTooLittle(error: unknown, { folder, lost }: RunReader): unknown {
  const [first] = lost;
  if (!(error instanceof UsageError) || error.code !== 'run-unfinished' || first === undefined) {
    return error;
  }
  const more = lost.length === 1 ? '' : ` and ${lost.length - 1} more`;
  return new UsageError('run-damaged', `${folder}: too little is left: ${first}${more} set aside`, {
    hint: 'restore the run folder as it was written: what is damaged or missing is not read',
    context: { file: first },
  });
}

/** Folders of earlier versions do not say what they are: their files tell. */
function kindOf({ description, files }: RunReader): RunKind {
  if (description?.kind !== undefined) return description.kind;
  const has = (path: string): boolean => files.some((file) => file.path === path);
  return has('load.json') ? 'load' : has('probe.json') ? 'probe' : 'retrieve';
}
