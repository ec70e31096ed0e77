import { dirname, join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { holmOverCandidates } from '../../gate/holm.ts';
import { verdictSentence } from '../../gate/sentence.ts';
import { EXIT_OF, type VerdictState } from '../../gate/verdict.ts';
import { metricLabel } from '../../metrics/metric.ts';
import type { Findings } from '../../parity/findings.ts';
import { jsonCodec } from '../../record/record-codec.ts';
import { openRun } from '../../record/run/open-run.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { DerivedRun } from '../../report/judged.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { type JudgedRun, judgeReader } from '../judge-run.ts';
import { wasLeft } from '../rescore-run.ts';
import { candidatesReport } from './candidates-report.ts';
import type { CandidateFinding, CandidatesFindings } from './findings.ts';

/** Name of the record that lists the runs. */
export const CANDIDATES_RECORD = 'candidates';

/** The runs of a comparison of several candidates, by the names of their folders. */
export const candidatesCodec = jsonCodec(
  z.object({
    planned: z.int().positive(),
    runs: z.array(z.object({ run: z.string(), label: z.string() })),
  }),
);

/** A comparison of several candidates with all that follows from its runs. */
export interface DerivedCandidates extends DerivedRun {
  readonly findings: CandidatesFindings;
  readonly verdict: NonNullable<DerivedRun['verdict']>;
}

/**
 * Derives a comparison of several candidates again, from the runs beside it.
 * @param signal once it is aborted, reference indexes are left out
 * @throws UsageError where a run is not there any more or is not whole, or none was judged
 */
export async function deriveCandidates(
  reader: RunReader,
  signal?: AbortSignal,
): Promise<DerivedCandidates> {
  const { planned, runs } = await reader.record(CANDIDATES_RECORD, candidatesCodec);
  const judging = signal === undefined ? {} : { signal };
  const issues: string[] = [];
  const judged: { readonly label: string; readonly run: JudgedRun; readonly truth: string }[] = [];
  for (const { run, label } of runs) {
    const own = await openRun(join(dirname(reader.folder), run));
    if (own.manifest === null) throw unfinished(own.folder);
    issues.push(...own.issues);
    judged.push({ label, run: await judgeReader(own, judging), truth: truthOf(own) });
  }
  const [first] = judged;
  if (first === undefined) {
    throw new UsageError('run-unfinished', `${reader.folder}: no candidate was judged`, {
      hint: 'the comparison ended before its first candidate: start it again',
    });
  }
  const held = holmOverCandidates(judged.map(({ run }) => run.verdict));
  const isLeft = judged.some(({ run }) => run.findings.referenceLeft === true);
  const findings: CandidatesFindings = {
    schema: 1,
    incumbent: first.run.reader.description?.backends.incumbent.url ?? '',
    complete: runs.length === planned && judged.every(({ run }) => run.findings.complete),
    ...(isLeft ? { referenceLeft: true } : {}),
    sameTruth: new Set(judged.map(({ truth }) => truth)).size === 1,
    candidates: judged.map(({ label, run }, at) => ({
      run: run.reader.id,
      label,
      state: run.verdict.state,
      held: held[at]?.state ?? run.verdict.state,
      sentence: verdictSentence(run.verdict),
      ...figuresOf(run.findings),
    })),
  };
  const state = overall(findings);
  const verdict = {
    state,
    sentence: sentenceOf(findings),
    gates: held.flatMap(({ gates }) => gates),
  };
  const report = candidatesReport(findings, verdict);
  return {
    findings,
    report,
    verdict,
    issues,
    isFuller: !isLeft && (await wasLeft(reader)),
    files: {
      findings,
      verdict: { schema: 1, verdict: state, sentence: verdict.sentence, exitCode: EXIT_OF[state] },
      ...storedForms(report),
    },
  };
}

function unfinished(folder: string): UsageError {
  return new UsageError('run-damaged', `${join(folder, 'manifest.json')}: missing`, {
    hint: 'restore the run folder as it was written: candidates are compared by finished runs',
    context: { file: 'manifest.json' },
  });
}

/** Hashes of the vectors that truth is made from. */
function truthOf({ files }: RunReader): string {
  return ['incumbent-documents', 'incumbent-queries']
    .map((name) => files.find(({ path }) => path === `vectors/${name}.arrow`)?.sha256 ?? '')
    .join(' ');
}

function figuresOf({ cells, latency }: Findings): Pick<CandidateFinding, 'quality' | 'latency'> {
  return {
    quality: cells.flatMap(({ cell, quality }) =>
      quality.map(({ metric, incumbent, candidate, delta }) => ({
        cell,
        metric: metricLabel(metric),
        incumbent: incumbent.mean,
        candidate: candidate.mean,
        difference: delta.mean,
        lower: delta.lower,
        upper: delta.upper,
      })),
    ),
    latency: latency.map(({ cell, quantile, ratio, ratioLower, ratioUpper }) => ({
      cell,
      quantile,
      ratio,
      lower: ratioLower,
      upper: ratioUpper,
    })),
  };
}

/** The worst answer of all; the answer of one candidate is in its own line. */
function overall({ candidates, complete }: CandidatesFindings): VerdictState {
  const has = (state: VerdictState): boolean => candidates.some(({ held }) => held === state);
  if (has('environment unfit')) return 'environment unfit';
  if (has('fail')) return 'fail';
  return has('inconclusive') || !complete ? 'inconclusive' : 'pass';
}

function sentenceOf({ candidates }: CandidatesFindings): string {
  return candidates.map(({ label, held }) => `${label}: ${held}`).join('; ');
}
