import { sideOfArm } from '../record/side-of-arm.ts';
import type { Observation } from '../record/types.ts';
import type { FailureFinding } from './findings.ts';

/** Counts the requests of each side that had no usable answer, by outcome, with up to five examples. */
export function requestFailures(observations: readonly Observation[]): FailureFinding[] {
  return (['incumbent', 'candidate'] as const).map((side) => {
    const mine = observations.filter((row) => sideOfArm(row.arm) === side);
    const failed = mine.filter((row) => row.outcome !== 'ok');
    const byOutcome: Record<string, number> = {};
    for (const row of failed) {
      const name = row.outcome === 'http' ? `http ${row.status ?? '?'}` : row.outcome;
      byOutcome[name] = (byOutcome[name] ?? 0) + 1;
    }
    return {
      side,
      requests: mine.length,
      failed: failed.length,
      byOutcome: Object.fromEntries(Object.entries(byOutcome).sort(([a], [b]) => (a < b ? -1 : 1))),
      examples: failed
        .slice(0, 5)
        .map((row) => `${row.queryId} (${row.cell}): ${row.outcome}: ${row.detail}`),
    };
  });
}

/** Pairs of the same request to both sides, and how each ended. */
export interface ErrorPairs {
  readonly pairs: number;
  readonly incumbentFailed: number;
  readonly candidateFailed: number;
  readonly candidateOnly: number;
  readonly incumbentOnly: number;
}

/**
 * Pairs every measured request to the incumbent with the same request to the candidate
 * (quality: A with B and A′ with B′; latency and throughput: same pair of blocks and position).
 */
export function errorPairs(observations: readonly Observation[]): ErrorPairs {
  const incumbents = new Map<string, boolean>();
  const result = {
    pairs: 0,
    incumbentFailed: 0,
    candidateFailed: 0,
    candidateOnly: 0,
    incumbentOnly: 0,
  };
  const candidates: { key: string; failed: boolean }[] = [];
  for (const row of observations) {
    if (row.phase === 'census') continue;
    const key = pairKey(row);
    if (sideOfArm(row.arm) === 'incumbent') incumbents.set(key, row.outcome !== 'ok');
    else candidates.push({ key, failed: row.outcome !== 'ok' });
  }
  for (const { key, failed } of candidates) {
    const incumbentFailed = incumbents.get(key);
    if (incumbentFailed === undefined) continue;
    result.pairs += 1;
    if (incumbentFailed) result.incumbentFailed += 1;
    if (failed) result.candidateFailed += 1;
    if (failed && !incumbentFailed) result.candidateOnly += 1;
    if (incumbentFailed && !failed) result.incumbentOnly += 1;
  }
  return result;
}

function pairKey(row: Observation): string {
  const turn = row.arm === 'A2' || row.arm === 'B2' ? 2 : 1;
  if (row.phase === 'quality') return `quality ${row.cell} ${turn} ${row.queryId}`;
  const pair = row.phase === 'latency' ? row.pair : Math.floor(row.block / 2);
  return `${row.phase} ${row.cell} ${pair} ${row.sequence}`;
}
