import type { Query } from '../../corpus/types.ts';
import { ask, mapConcurrently } from '../../observe/ask.ts';
import type { Progress } from '../../progress.ts';
import type { Observation, Phase, VectorTable } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { queriesOfPoint, type SweepPlan, sweepBlocks } from '../plan/sweep-plan.ts';

/** What asking the points of a sweep needs. */
export interface ObserveSweep {
  readonly plan: SweepPlan;
  /** One a variant. */
  readonly backends: readonly Backend[];
  /** The queries of the plan. */
  readonly queries: readonly Query[];
  /** Vectors to ask by; null: by text. */
  readonly vectors: VectorTable | null;
  readonly model: string | null;
  readonly qualityConcurrency: number;
  readonly discardedPerBlock: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Takes the rows of a part of a point that is whole. */
  readonly writeBlock: (point: number, part: string, rows: readonly Observation[]) => Promise<void>;
}

type AskOne = (query: Query, sequence: number) => Promise<Observation>;

/**
 * Asks each query at each point once, untimed; then every point in timed blocks, round by round in changing order:
 * a block with one request at a time for latency, and a slice at the sweep's concurrency for throughput.
 */
export async function observeSweep(options: ObserveSweep): Promise<void> {
  const { plan, queries, progress, signal } = options;
  const { points, requestsPerBlock, concurrency } = plan;
  const asked = points.map(({ selectivity }) => queriesOfPoint(plan, queries, selectivity));
  const total = asked.reduce((sum, { length }) => sum + length, 0);
  progress.stage('recall', total);
  for (const point of points.keys()) {
    const own = asked[point] ?? [];
    const one = asker(options, point, 'quality', 0);
    await hand(options, point, 'quality', own.length, () =>
      mapConcurrently(own, options.qualityConcurrency, signal, one),
    );
  }
  const blocks = sweepBlocks(plan);
  progress.stage('speed', blocks.length * 2 * requestsPerBlock);
  for (const { point, round, asked: places } of blocks) {
    const own = asked[point] ?? [];
    if (own.length === 0 || signal.aborted) continue;
    const drawn = places.flatMap((place) => own[place % own.length] ?? []);
    const number = String(round).padStart(2, '0');
    // What a switch of settings leaves cold is not timed.
    const warm = asker({ ...options, progress: null }, point, 'latency', round);
    await mapConcurrently(drawn.slice(0, options.discardedPerBlock), 1, signal, warm);
    const timed = asker(options, point, 'latency', round);
    await hand(options, point, `latency-${number}`, drawn.length, () =>
      mapConcurrently(drawn, 1, signal, timed),
    );
    const sliced = asker(options, point, 'throughput', round);
    await hand(options, point, `throughput-${number}`, drawn.length, () =>
      mapConcurrently(drawn, concurrency, signal, sliced),
    );
  }
}

function asker(
  {
    plan,
    backends,
    vectors,
    model,
    progress,
    signal,
  }: Omit<ObserveSweep, 'progress'> & {
    readonly progress: Progress | null;
  },
  point: number,
  phase: Phase,
  round: number,
): AskOne {
  const { variant, effort } = plan.points[point] ?? { variant: 0, effort: null };
  const backend = backends[variant] as Backend;
  const rowOf = new Map(vectors?.ids.map((id, row) => [id, row]));
  const vectorOf = (id: string): Float32Array | undefined => {
    const row = rowOf.get(id);
    if (vectors === null || row === undefined) return undefined;
    return vectors.values.subarray(row * vectors.dimension, (row + 1) * vectors.dimension);
  };
  const place = { phase, cell: plan.cell, arm: 'A', block: point, pair: round } as const;
  return async (query, sequence) => {
    const row = await ask(
      { incumbent: backend, candidate: backend },
      query,
      { ...place, sequence, firstTouch: phase === 'quality' },
      { k: plan.k, model, originMs: 0, signal, ...(effort === null ? {} : { effort }) },
      vectorOf(query.id),
    );
    progress?.tick(1);
    return row;
  };
}

/** Hands on the rows of a part, unless an interrupt cut it. */
async function hand(
  { writeBlock, signal }: ObserveSweep,
  point: number,
  part: string,
  expected: number,
  work: () => Promise<Observation[]>,
): Promise<void> {
  if (signal.aborted || expected === 0) return;
  const rows = (await work()).filter(({ outcome }) => outcome !== 'aborted');
  if (rows.length === expected) await writeBlock(point, part, rows);
}
