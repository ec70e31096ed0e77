import type { GatesConfig } from '../../config/schema.ts';
import { loadCorpus } from '../../corpus/load.ts';
import type { Corpus } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import { judgeLoad, type LoadVerdict } from '../../gate/load/judge-load.ts';
import { loadGapLine, loadSentence } from '../../gate/load/load-sentence.ts';
import { storedVerdict } from '../../gate/stored-verdict.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunDescription } from '../../record/run/manifest.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { DerivedRun } from '../../report/judged.ts';
import type { ReportDocument } from '../../report/model.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { withStandIns } from '../../sides/stand-ins.ts';
import type { AnswerRecall } from '../find/answers/answer-value.ts';
import { type LoadFindings, loadFindingOf, loadFindings } from '../find/load-findings.ts';
import { VECTORS } from '../record/blocks.ts';
import type { LoadObserved } from '../record/observed.ts';
import { readLoad } from '../record/read-load.ts';
import { loadReport } from '../report/load-report.ts';
import { answerRecall } from './load-truth.ts';

/** A load as it was recorded, with all that follows from it. */
export interface DerivedLoad {
  readonly observed: LoadObserved;
  readonly findings: LoadFindings;
  readonly verdict: LoadVerdict;
  readonly report: ReportDocument;
}

/**
 * Derives everything that follows from what a load observed, as far as it was recorded.
 * @throws UsageError where too little was recorded, or a record is not what it should be
 */
export async function rescoreLoad(run: RunReader): Promise<DerivedRun> {
  const isComplete = run.description?.status === 'complete' && run.lost.length === 0;
  const derived = await deriveLoad(run, { isComplete });
  const { verdict, report } = derived;
  const { state, gates } = verdict;
  return {
    report,
    verdict: { state, gates, sentence: loadSentence(verdict) },
    files: loadFiles(derived),
  };
}

/** The same, with what the caller knows. */
export async function deriveLoad(
  run: RunReader,
  { isComplete, corpus }: { readonly isComplete: boolean; readonly corpus?: Corpus },
): Promise<DerivedLoad> {
  const { description, folder } = run;
  if (description === null || !run.has('observations/plan.json')) {
    throw new UsageError('run-unfinished', `${folder}: nothing was recorded`, {
      hint: run.issues[0] ?? 'the run ended before its first block: start it again',
    });
  }
  const asked = corpus ?? withStandIns(await loadCorpus(await run.corpusFolder()));
  const observed = await readLoad(run, asked);
  const gates = (description.config as { readonly gates?: GatesConfig } | null)?.gates ?? {};
  const findings = loadFindings(observed, gates, await recallOf(run, observed, asked));
  const setKeys = new Set(observed.plan.setKeys);
  const verdict = judgeLoad(
    findings.rungs.map(loadFindingOf),
    gates,
    (key) => setKeys.has(key),
    isComplete,
  );
  const report = loadReport({
    ...findings,
    verdict,
    isComplete,
    provenance: provenanceOf(description, findings),
  });
  return { observed, findings, verdict, report };
}

/** What is stored; JSON knows no infinity: what never ended is written as the text `infinite`. */
export function loadFiles({ findings, verdict, report }: DerivedLoad): DerivedFiles {
  return {
    findings: withoutInfinities(findings),
    verdict: withoutInfinities(storedVerdict(verdict, loadSentence(verdict), loadGapLine)),
    ...storedForms(report),
  };
}

function withoutInfinities(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      inner === Number.POSITIVE_INFINITY ? 'infinite' : inner,
    ),
  );
}

async function recallOf(
  run: RunReader,
  { plan, queries, nonces, nonceVectors }: LoadObserved,
  corpus: Corpus,
): Promise<AnswerRecall | null> {
  if (!plan.plan.recall) return null;
  return await answerRecall({
    corpus,
    queries,
    vectors: {
      documents: await run.vectors(VECTORS.documents),
      queries: await run.vectors(VECTORS.queries),
    },
    nonces: nonceVectors === null ? null : { asked: nonces, vectors: nonceVectors },
    k: plan.k,
  });
}

function provenanceOf(
  { machine, versions, createdAt }: RunDescription,
  { loadAverage }: LoadFindings,
): string {
  const { before, after } = loadAverage;
  return [
    `${machine.cores} × ${machine.cpuModel}`,
    machine.platform,
    `Node ${versions.node}`,
    `undici ${versions.libraries.undici ?? 'unknown'}`,
    createdAt,
    `load average ${before.toFixed(2)} before, ${after === null ? 'unknown' : after.toFixed(2)} after`,
  ].join(' · ');
}
