import { type DocumentIndex, documentIndex } from '../../corpus/document-index.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { figureByNeed } from '../../parity/cell/quality.ts';
import { servedRecall } from '../../parity/cell/served-recall.ts';
import { ratePerSecond } from '../../parity/speed.ts';
import type { Observation } from '../../record/types.ts';
import { blockedQuantile } from '../../stats/intervals/blocked-quantile.ts';
import { medianOf } from '../../stats/quantiles.ts';
import type { TruthLookup } from '../../truth/types.ts';
import { queriesOfPoint, type SweepPoint } from '../plan/sweep-plan.ts';
import type { RecordedSweep } from '../record/sweep-codec.ts';
import type {
  SweepFindings,
  SweepPointFinding,
  SweepQuantile,
  SweepThroughput,
} from './findings.ts';
import { frontOf, reachedTargets } from './reach.ts';

/** A sweep as it was recorded. */
export interface SweepInput {
  readonly plan: RecordedSweep;
  readonly corpus: Corpus;
  /** Rows of the point of a number. */
  readonly rowsOf: (point: number) => readonly Observation[];
  /** The truth of queries under the filters of a selectivity. */
  readonly truthOf: (selectivity: number | null) => TruthLookup;
  readonly complete: boolean;
}

/** Everything that follows from a recorded sweep. */
export function sweepFindings(input: SweepInput): SweepFindings {
  const { plan, corpus, complete } = input;
  const index = documentIndex(corpus.collections);
  const asked = new Set(plan.queryIds);
  const queries = corpus.queries.filter(({ id }) => asked.has(id));
  const measured = plan.points.map((point, at) =>
    pointFinding(point, input.rowsOf(at), {
      plan,
      index,
      truth: input.truthOf(point.selectivity),
      queries: queriesOfPoint(plan, queries, point.selectivity),
    }),
  );
  const front = frontOf(measured);
  const points = measured.map((point, at) => ({ ...point, isOnFront: front.has(at) }));
  return {
    schema: 1,
    k: plan.k,
    cell: plan.cell,
    corpus: {
      name: corpus.name,
      documents: index.size,
      metric: corpus.metric ?? 'cosine',
    },
    queries: queries.length,
    needs: new Set(queries.map(({ need }) => need)).size,
    concurrency: plan.concurrency,
    rounds: plan.rounds,
    requestsPerBlock: plan.requestsPerBlock,
    complete,
    variants: plan.variants.map((variant, at) => ({
      ...variant,
      index: plan.indexes[at] ?? NOTHING_KNOWN,
    })),
    points,
    reached: reachedTargets(points, plan.targets),
    leftOut: plan.leftOut,
  };
}

const NOTHING_KNOWN = {
  buildMs: null,
  readyMs: null,
  sizeBytes: null,
  kind: null,
  quantisation: null,
  documents: null,
  serverVersion: null,
};

interface PointContext {
  readonly plan: RecordedSweep;
  readonly index: DocumentIndex;
  readonly truth: TruthLookup;
  readonly queries: readonly Query[];
}

function pointFinding(
  point: SweepPoint,
  rows: readonly Observation[],
  { plan, index, truth, queries }: PointContext,
): Omit<SweepPointFinding, 'isOnFront'> {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const answers = rows.filter(({ phase }) => phase === 'quality');
  let short = 0;
  const values = answers.flatMap((row) => {
    const query = byId.get(row.queryId);
    if (query === undefined) return [];
    const scored = servedRecall(row, query, { k: plan.k, index, truth });
    if (scored.isShort) short++;
    return [{ need: query.need, value: scored.recall }];
  });
  const failures = answers.filter(({ outcome }) => outcome !== 'ok');
  const [failure] = failures;
  return {
    ...point,
    recall: figureByNeed(values, 0),
    asked: answers.length,
    failed: failures.length,
    failure: failure === undefined ? null : `${failure.outcome}: ${failure.detail}`,
    short,
    p50: quantileOf(rows, 0.5, plan.seed),
    p95: quantileOf(rows, 0.95, plan.seed),
    perSecond: throughputOf(rows),
  };
}

function quantileOf(rows: readonly Observation[], q: number, seed: number): SweepQuantile {
  const timed = rows.filter(({ phase }) => phase === 'latency');
  const blocks = [...Map.groupBy(timed, ({ pair }) => pair).values()].map((block) =>
    block.map((row) => (row.outcome === 'ok' ? row.latencyMs : Number.POSITIVE_INFINITY)),
  );
  const { value, lower, upper } = blockedQuantile(blocks, q, { seed });
  return { valueMs: finite(value), lowerMs: finite(lower), upperMs: finite(upper) };
}

function throughputOf(rows: readonly Observation[]): SweepThroughput {
  const sliced = rows.filter(({ phase }) => phase === 'throughput');
  const rates = [...Map.groupBy(sliced, ({ pair }) => pair).values()]
    .map(ratePerSecond)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return {
    median: medianOf(rates),
    least: rates[0] ?? null,
    greatest: rates.at(-1) ?? null,
    slices: rates.length,
  };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
