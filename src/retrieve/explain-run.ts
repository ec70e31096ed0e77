import { observedDistances, worstQueries } from '../attribution/attribute.ts';
import { explainQuery } from '../attribution/explain.ts';
import { tellingMeasure } from '../attribution/telling.ts';
import { nearestName } from '../config/nearest.ts';
import { textsOf } from '../corpus/document-key.ts';
import { UsageError } from '../errors.ts';
import { openRun } from '../record/run/open-run.ts';
import type { Cell } from '../record/types.ts';
import { explainReport, worstReport } from '../report/explain/explain-report.ts';
import type { ExplainedQuery } from '../report/explain/explain-sections.ts';
import type { ReportDocument } from '../report/model.ts';
import { computeTruth } from '../truth/corpus/compute-truth.ts';
import { attributeCell } from './derive/run-attribution.ts';
import { type RecordedRun, readRecordedRun } from './record/recorded-run.ts';
import { readStoredRun } from './record/stored-run.ts';

/** What is to be explained of a run. */
export interface ExplainOptions {
  /** A query id; absent: the queries that disagree most are listed. */
  readonly query?: string;
  /** One operation of the run; absent: all of them. */
  readonly cell?: string;
  /** How many queries are listed; default 20. */
  readonly worst?: number;
}

/** Why the sides of a stored run disagree. */
export interface ExplainedRun {
  readonly report: ReportDocument;
  /** Files of the run that were set aside, one sentence each. */
  readonly issues: readonly string[];
}

/**
 * Why the two sides of a stored run answer differently.
 * @throws UsageError where the run cannot be read, or did not ask the query or the operation.
 */
export async function explainRun(
  folder: string,
  { query, cell, worst = 20 }: ExplainOptions = {},
): Promise<ExplainedRun> {
  const reader = await openRun(folder);
  const { issues } = reader;
  const run = await readRecordedRun(reader);
  const known = run.plan.cells.map((entry) => entry.cell);
  const cells = cell === undefined ? known : known.filter((name) => name === cell);
  if (cells.length === 0) {
    throw new UsageError('explain-cell', `the run has no operation ${cell}`, {
      hint: `it has ${known.join(' and ')}`,
    });
  }
  if (query !== undefined) return { report: await explainOne(run, cells, query), issues };
  const isJudged = reader.has('findings.json') && reader.has('verdict.json');
  const stored = reader.manifest !== null && isJudged ? await readStoredRun(reader) : null;
  const judged = stored === null ? null : { ...stored.verdict, findings: stored.findings };
  return { report: explainWorst(run, cells, worst, judged), issues };
}

/**
 * The gates that failed, and the queries of each operation that disagree most by the measure of its headline.
 * @param judged what the run was judged by; null where it was not
 */
export function explainWorst(
  run: RecordedRun,
  cells: readonly Cell[],
  count: number,
  judged: Parameters<typeof worstReport>[1] = null,
): ReportDocument {
  return worstReport(
    cells.map((cell) => {
      const attributed = attributeCell(run, cell);
      const { prepared, finding } = attributed;
      const measure = tellingMeasure(finding.measures)?.measure ?? '1 − RBO';
      const distance = prepared.distances.get(measure) ?? (() => 0);
      const distances = observedDistances(prepared, distance);
      return {
        cell,
        measure,
        sentence: finding.sentence,
        queries: worstQueries(distances, count).map((query) => {
          const { id = '', text = '' } = prepared.context.queries[query] ?? {};
          return {
            id,
            text,
            distance: distances[query] ?? 0,
            component: explainQuery(attributed, id)?.shares[0]?.component ?? 'unexplained',
          };
        }),
      };
    }),
    judged,
  );
}

/**
 * One query side by side, for each operation that it was asked in.
 * @throws UsageError where the run did not ask it of both sides.
 */
export async function explainOne(
  run: RecordedRun,
  cells: readonly Cell[],
  queryId: string,
): Promise<ReportDocument> {
  const query = run.corpus.queries.find(({ id }) => id === queryId);
  const shown: ExplainedQuery[] = [];
  for (const cell of cells) {
    if (query === undefined) break;
    const attributed = attributeCell(run, cell, { include: queryId });
    const explained = explainQuery(attributed, queryId);
    if (explained === null) continue;
    const { documents, queries } = run.vectors;
    const truth = await computeTruth({
      corpus: run.corpus,
      queries: [query],
      documents: documents.incumbent,
      vectors: rowOf(queries.incumbent, queryId),
      k: run.plan.k,
    });
    const list = truth.list(queryId);
    const texts = new Map<string, string>(
      textsOf(run.corpus.collections).map(({ id, text }) => [id, text]),
    );
    const depth = Math.max(run.plan.k, explained.incumbent.length, explained.candidate.length);
    shown.push({
      cell,
      id: query.id,
      text: query.text,
      collections: query.collections,
      filter: query.filter === undefined ? null : JSON.stringify(query.filter),
      status: attributed.finding.status,
      sentence: attributed.finding.sentence,
      measures: attributed.finding.measures,
      ranks: Array.from({ length: depth }, (_, at) => ({
        rank: at + 1,
        truth: at < run.plan.k ? (list?.keys[at] ?? null) : null,
        truthCosine: at < run.plan.k ? (list?.scores[at] ?? null) : null,
        incumbent: explained.incumbent[at]?.key ?? null,
        incumbentCosine: explained.incumbent[at]?.cosine ?? null,
        incumbentRaw: explained.incumbent[at]?.raw ?? null,
        candidate: explained.candidate[at]?.key ?? null,
        candidateCosine: explained.candidate[at]?.cosine ?? null,
        candidateRaw: explained.candidate[at]?.raw ?? null,
      })),
      moved: explained.moved.map((row) => ({ ...row, text: texts.get(row.key) ?? null })),
      shares: explained.shares,
      measure: explained.measure,
      distance: explained.distance,
      repair: explained.repair,
    });
  }
  if (shown.length === 0) {
    const near = nearestName(queryId, run.plan.queryIds);
    throw new UsageError('explain-query', `no query ${queryId} that both sides answered`, {
      hint: `${near === null || near === queryId ? '' : `did you mean ${near}? `}bench explain RUN without a query lists those that disagree most`,
    });
  }
  return explainReport(shown);
}

function rowOf(table: RecordedRun['vectors']['queries']['incumbent'], id: string) {
  const row = table.ids.indexOf(id);
  const from = Math.max(0, row) * table.dimension;
  return row === -1
    ? { ids: [], dimension: table.dimension, values: new Float32Array(0) }
    : {
        ids: [id],
        dimension: table.dimension,
        values: table.values.slice(from, from + table.dimension),
      };
}
