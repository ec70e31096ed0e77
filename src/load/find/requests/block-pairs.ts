import { quantileInverseCdfOfSorted } from '../../../stats/quantiles.ts';
import type { Exposure, LoadBlock } from '../../pace/interleave.ts';
import type { LoadRecord } from '../../recorder.ts';
import { measuredRows } from './request-tally.ts';
import { responseMs } from './summary.ts';

/** One quantile of the response time on both sides of a pair of blocks, in milliseconds; +∞ where it was censored. */
export interface PairQuantile {
  readonly pair: number;
  readonly exposure: Exposure;
  readonly firstMs: number;
  readonly secondMs: number;
  /** Measured requests in the smaller of the two blocks. */
  readonly count: number;
}

/** Inverse-CDF quantile of every pair; what failed without an end counts as +∞. */
export function pairQuantiles(
  record: LoadRecord,
  blocks: readonly LoadBlock[],
  p: number,
): PairQuantile[] {
  const values = blocks.map((): number[] => []);
  const { schedule } = record;
  for (let row = 0; row < schedule.count; row++) {
    if (schedule.measured[row] !== 1) continue;
    values[schedule.block[row] ?? -1]?.push(responseMs(record, row));
  }
  const pairs = new Map<number, Partial<Record<0 | 1, LoadBlock>>>();
  for (const block of blocks) {
    pairs.set(block.pair, { ...pairs.get(block.pair), [block.arm]: block });
  }
  const result: PairQuantile[] = [];
  for (const [pair, { 0: first, 1: second }] of pairs) {
    if (first === undefined || second === undefined) continue;
    const a = Float64Array.from(values[first.block] ?? []).sort();
    const b = Float64Array.from(values[second.block] ?? []).sort();
    const firstMs = quantileInverseCdfOfSorted(a, p);
    const secondMs = quantileInverseCdfOfSorted(b, p);
    if (firstMs === null || secondMs === null) continue;
    const count = Math.min(a.length, b.length);
    result.push({ pair, exposure: first.exposure, firstMs, secondMs, count });
  }
  return result;
}

/** Measured rows of one arm, by whether their block asked for the first time or again: the difference shows what caches do. */
export function rowsByExposure(
  record: LoadRecord,
  blocks: readonly LoadBlock[],
  arm: 0 | 1,
): Record<Exposure, number[]> {
  const rows: Record<Exposure, number[]> = { first: [], repeat: [] };
  for (const row of measuredRows(record, { arm })) {
    const exposure = blocks[record.schedule.block[row] ?? -1]?.exposure;
    if (exposure !== undefined) rows[exposure].push(row);
  }
  return rows;
}
