import { loadCorpus } from '../../corpus/load.ts';
import { UsageError } from '../../errors.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { observationCodec } from '../../record/tables/observation-table.ts';
import type { Observation } from '../../record/types.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { withStandIns } from '../../sides/stand-ins.ts';
import { computeTruth } from '../../truth/corpus/compute-truth.ts';
import type { TruthLookup } from '../../truth/types.ts';
import type { SweepFindings } from '../find/findings.ts';
import { sweepFindings } from '../find/sweep-findings.ts';
import { queriesOfPoint } from '../plan/sweep-plan.ts';
import { sweepCodec } from '../record/sweep-codec.ts';
import { sweepChart } from '../report/sweep-chart.ts';
import { sweepReport } from '../report/sweep-report.ts';
import { type SweepSummary, sweepSummary } from '../report/sweep-summary.ts';

/** Name of the record of the plan, and of the vectors that truth is made from. */
export const SWEEP_PLAN = 'plan';
export const SWEEP_VECTORS = { documents: 'documents', queries: 'queries' } as const;

/** Name of the record of a part of a point. */
export function sweepPart(point: number, part: string): string {
  return `point-${String(point).padStart(4, '0')}-${part}`;
}

/** A sweep as it was recorded, with all that follows from it. */
export interface DerivedSweep extends DerivedFiles {
  readonly findings: SweepFindings;
  readonly verdict: SweepSummary;
}

/**
 * Derives everything that follows from the answers of a sweep, as far as they were recorded.
 * @throws UsageError where nothing was recorded, or a record is not what it should be
 */
export async function rescoreSweep(run: RunReader): Promise<DerivedSweep> {
  return deriveSweep(run, run.description?.status === 'complete' && run.lost.length === 0);
}

/** The same where the caller knows whether everything was asked. */
export async function deriveSweep(run: RunReader, complete: boolean): Promise<DerivedSweep> {
  const names = run.recordNames('point-', observationCodec);
  if (names.length === 0) {
    throw new UsageError('run-unfinished', `${run.folder}: no answers were recorded`, {
      hint: run.issues[0] ?? 'the sweep ended before its first point: start it again',
    });
  }
  const plan = await run.record(SWEEP_PLAN, sweepCodec);
  const corpus = withStandIns(await loadCorpus(await run.corpusFolder()));
  const documents = await run.vectors(SWEEP_VECTORS.documents);
  const vectors = await run.vectors(SWEEP_VECTORS.queries);
  const rows = new Map<number, Observation[]>();
  for (const name of names) {
    for (const row of await run.record(name, observationCodec)) {
      const own = rows.get(row.block);
      if (own === undefined) rows.set(row.block, [row]);
      else own.push(row);
    }
  }
  const asked = new Set(plan.queryIds);
  const queries = corpus.queries.filter(({ id }) => asked.has(id));
  const truths = new Map<number | null, TruthLookup>();
  for (const selectivity of new Set(plan.points.map((point) => point.selectivity))) {
    const own = queriesOfPoint(plan, queries, selectivity);
    truths.set(
      selectivity,
      await computeTruth({ corpus, queries: own, documents, vectors, k: plan.k }),
    );
  }
  const findings = sweepFindings({
    plan,
    corpus,
    complete,
    rowsOf: (point) => rows.get(point) ?? [],
    truthOf: (selectivity) => truths.get(selectivity) ?? NO_TRUTH,
  });
  return {
    findings,
    verdict: sweepSummary(findings),
    ...storedForms(sweepReport(findings)),
    beside: { 'sweep.svg': sweepChart(findings) },
  };
}

const NO_TRUTH: TruthLookup = { list: () => null, exactScore: () => null };
