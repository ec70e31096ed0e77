import { sideOfArm } from '../record/side-of-arm.ts';
import type { Cell, Observation, Side } from '../record/types.ts';
import { signedRankRatio } from '../stats/intervals/signed-rank-ratio.ts';
import { medianOf, quantileInverseCdf } from '../stats/quantiles.ts';
import type { LatencyFinding, ThroughputFinding } from './findings.ts';

const QUANTILES = [
  ['p50', 0.5],
  ['p95', 0.95],
] as const;

/**
 * Paired latency over ABBA blocks: per block the inverse-CDF quantile with unfinished requests at +∞,
 * per pair of blocks the log of candidate over incumbent, exact signed-rank bounds over pairs.
 */
export function latencyFindings(
  cell: Cell,
  observations: readonly Observation[],
): LatencyFinding[] {
  const rows = observations.filter((row) => row.phase === 'latency' && row.cell === cell);
  const blocks = Map.groupBy(rows, (row) => row.block);
  const pairs = new Map<number, Partial<Record<Side, readonly number[]>>>();
  let perBlock = Number.POSITIVE_INFINITY;
  for (const block of blocks.values()) {
    const first = block[0];
    if (first === undefined) continue;
    const entry = pairs.get(first.pair) ?? {};
    entry[sideOfArm(first.arm)] = block.map((row) =>
      row.outcome === 'ok' ? row.latencyMs : Number.POSITIVE_INFINITY,
    );
    pairs.set(first.pair, entry);
    perBlock = Math.min(perBlock, block.length);
  }
  const whole = [...pairs.values()].flatMap(({ incumbent, candidate }) =>
    incumbent === undefined || candidate === undefined ? [] : [{ incumbent, candidate }],
  );
  if (whole.length === 0) return [];
  return QUANTILES.map(([quantile, share]) => {
    const old = whole.map((pair) => inverseCdf(pair.incumbent, share));
    const now = whole.map((pair) => inverseCdf(pair.candidate, share));
    const finite = old.every(Number.isFinite) && now.every(Number.isFinite);
    const ratio = finite ? signedRankRatio(old, now) : null;
    return {
      cell,
      quantile,
      incumbentMs: median(old),
      candidateMs: median(now),
      ratio: ratio?.ratio ?? null,
      ratioLower: ratio?.lower ?? null,
      ratioUpper: ratio?.upper ?? null,
      blockPairs: whole.length,
      requestsPerBlock: perBlock,
      censored: {
        incumbent: old.filter((value) => value === Number.POSITIVE_INFINITY).length,
        candidate: now.filter((value) => value === Number.POSITIVE_INFINITY).length,
      },
    };
  });
}

function inverseCdf(values: readonly number[], share: number): number {
  return quantileInverseCdf(values, share) ?? Number.NaN;
}

function median(values: readonly number[]): number | null {
  const value = inverseCdf(values, 0.5);
  return Number.isFinite(value) ? value : null;
}

/** Requests per second of each side's closed-loop slices. */
export function throughputFindings(
  cell: Cell,
  observations: readonly Observation[],
  concurrency: number,
): ThroughputFinding[] {
  const rows = observations.filter((row) => row.phase === 'throughput' && row.cell === cell);
  return (['incumbent', 'candidate'] as const).flatMap((side): ThroughputFinding[] => {
    const mine = rows.filter((row) => sideOfArm(row.arm) === side);
    if (mine.length === 0) return [];
    const rates = [...Map.groupBy(mine, (row) => row.block).values()]
      .map(ratePerSecond)
      .sort((a, b) => a - b);
    return [
      {
        cell,
        side,
        concurrency,
        slices: rates.length,
        requests: mine.length,
        failed: mine.filter((row) => row.outcome !== 'ok').length,
        medianPerSecond: medianOf(rates),
        minPerSecond: rates[0] ?? null,
        maxPerSecond: rates.at(-1) ?? null,
      },
    ];
  });
}

/** Answered requests over the time from the first start to the last end. */
export function ratePerSecond(rows: readonly Observation[]): number {
  const began = Math.min(...rows.map((row) => row.startedMs));
  const ended = Math.max(...rows.map((row) => row.startedMs + row.latencyMs));
  return rows.filter((row) => row.outcome === 'ok').length / ((ended - began) / 1000);
}
