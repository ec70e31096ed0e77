import type { LoadRatio, NeedRecall, PairedCounts } from '../../gate/load/load-finding.ts';
import { type BlockedQuantile, blockedQuantile } from '../../stats/intervals/blocked-quantile.ts';
import { signedRankRatio } from '../../stats/intervals/signed-rank-ratio.ts';
import type { LoadBlock } from '../pace/interleave.ts';
import { type LoadRecord, OUTCOME_CODE } from '../recorder.ts';
import { pairQuantiles } from './requests/block-pairs.ts';
import { measuredRows } from './requests/request-tally.ts';
import { responseMs } from './requests/summary.ts';

/** Second arm over first at one quantile of the response time. */
export function pooledRatio(
  record: LoadRecord,
  blocks: readonly LoadBlock[],
  quantile: number,
): LoadRatio {
  const pairs = pairQuantiles(record, blocks, quantile);
  const firsts = pairs.map((pair) => pair.firstMs);
  const seconds = pairs.map((pair) => pair.secondMs);
  const infinite = (values: readonly number[]) =>
    values.filter((value) => value === Number.POSITIVE_INFINITY).length;
  return {
    ratio: signedRankRatio(firsts, seconds),
    censored: [infinite(firsts), infinite(seconds)],
    requestsPerBlock: pairs.reduce((least, { count }) => Math.min(least, count), Infinity),
    firstTouchPairs: pairs.filter(({ exposure }) => exposure === 'first').length,
  };
}

/** A quantile of the response time of one arm in milliseconds, with one-sided bounds over its blocks. */
export function responseQuantile(
  record: LoadRecord,
  blocks: readonly LoadBlock[],
  arm: 0 | 1,
  quantile: number,
  seed: number,
): BlockedQuantile {
  const values = blocks
    .filter((block) => block.arm === arm)
    .map(({ block }) => measuredRows(record, { block }).map((row) => responseMs(record, row)));
  return blockedQuantile(values, quantile, { seed });
}

/** Compares the fates of the requests at the same place of the two blocks of a pair. */
export function pairedFailures(record: LoadRecord, blocks: readonly LoadBlock[]): PairedCounts {
  return pairedCounts(record, blocks, (row) => record.outcome[row] !== OUTCOME_CODE.ok);
}

/** Ends that the backend itself said, whenever the request left. */
const SAID: ReadonlySet<number | undefined> = new Set([
  OUTCOME_CODE.http,
  OUTCOME_CODE.rejected,
  OUTCOME_CODE.malformed,
]);

/** The same for requests that a backend answered with an error of its own, for which no late driver is to blame. */
export function pairedRefusals(record: LoadRecord, blocks: readonly LoadBlock[]): PairedCounts {
  return pairedCounts(record, blocks, (row) => SAID.has(record.outcome[row]));
}

/** The same for answers that belong to another request; `isForeign` by row. */
export function pairedForeign(
  record: LoadRecord,
  blocks: readonly LoadBlock[],
  isForeign: (row: number) => boolean,
): PairedCounts & { readonly incumbent: number; readonly candidate: number } {
  const count = (arm: 0 | 1) => measuredRows(record, { arm }).filter(isForeign).length;
  const counts = pairedCounts(record, blocks, isForeign);
  return { ...counts, incumbent: count(0), candidate: count(1) };
}

function pairedCounts(
  record: LoadRecord,
  blocks: readonly LoadBlock[],
  holds: (row: number) => boolean,
): PairedCounts {
  const counts = { pairs: 0, incumbentOnly: 0, candidateOnly: 0, both: 0 };
  for (const [first, second] of rowPairs(record, blocks)) {
    const [ofFirst, ofSecond] = [holds(first), holds(second)];
    counts.pairs++;
    if (ofFirst && !ofSecond) counts.incumbentOnly++;
    if (ofSecond && !ofFirst) counts.candidateOnly++;
    if (ofFirst && ofSecond) counts.both++;
  }
  return counts;
}

/** Recalls of one pair of requests; null where it is not compared. */
export type PairRecall = Pick<NeedRecall, 'incumbent' | 'candidate'> | null;

/** Mean recall a need and side over pairs of requests; `pairOf` tells by the rows of both. */
export function recallByNeed(
  record: LoadRecord,
  blocks: readonly LoadBlock[],
  needs: readonly string[],
  pairOf: (first: number, second: number) => PairRecall,
): NeedRecall[] {
  const sums = new Map<string, { count: number; incumbent: number; candidate: number }>();
  for (const [first, second] of rowPairs(record, blocks)) {
    const pair = pairOf(first, second);
    if (pair === null) continue;
    const need = needs[record.schedule.query[first] ?? -1] ?? '';
    const sum = sums.get(need) ?? { count: 0, incumbent: 0, candidate: 0 };
    sum.count++;
    sum.incumbent += pair.incumbent;
    sum.candidate += pair.candidate;
    sums.set(need, sum);
  }
  return [...sums].map(([need, { count, incumbent, candidate }]) => ({
    need,
    incumbent: incumbent / count,
    candidate: candidate / count,
  }));
}

/** Rows at the same place of the two blocks of each pair: the same query, first arm and second. */
function rowPairs(record: LoadRecord, blocks: readonly LoadBlock[]): [number, number][] {
  const byPair = new Map<number, { 0?: number[]; 1?: number[] }>();
  const rows = blocks.map((): number[] => []);
  for (const row of measuredRows(record)) rows[record.schedule.block[row] ?? -1]?.push(row);
  for (const { pair, arm, block } of blocks) {
    byPair.set(pair, { ...byPair.get(pair), [arm]: rows[block] ?? [] });
  }
  return [...byPair.values()].flatMap(({ 0: first = [], 1: second = [] }) =>
    first.slice(0, second.length).map((row, at): [number, number] => [row, second[at] ?? row]),
  );
}
