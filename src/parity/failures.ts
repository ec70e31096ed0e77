import type { Query } from '../corpus/types.ts';
import { sideOfArm } from '../record/side-of-arm.ts';
import type { Observation } from '../record/types.ts';
import { averageByNeed } from './cell/by-need.ts';
import type { FailureFinding, Findings, IncumbentFailures } from './findings.ts';

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

/**
 * Pairs every measured request to the incumbent with the same request to the candidate
 * (quality: A with B and A′ with B′; latency and throughput: same pair of blocks and position). A pair of which
 * one request was asked to come later is left out: that is the pace of the client.
 */
export function errorPairs(
  observations: readonly Observation[],
  queries: readonly Pick<Query, 'id' | 'need'>[],
): Findings['errors'] {
  const incumbents = new Map<string, boolean>();
  const needOf = new Map(queries.map(({ id, need }) => [id, need]));
  const values: { need: string; value: number }[] = [];
  const throttled = { incumbent: 0, candidate: 0 };
  const result = {
    pairs: 0,
    incumbentFailed: 0,
    candidateFailed: 0,
    candidateOnly: 0,
    incumbentOnly: 0,
  };
  const candidates: { key: string; need: string; failed: boolean }[] = [];
  for (const row of observations) {
    if (row.phase === 'census' || row.phase === 'attribution') continue;
    if (row.outcome === 'throttled') {
      throttled[sideOfArm(row.arm)] += 1;
      continue;
    }
    const key = pairKey(row);
    const need = needOf.get(row.queryId) ?? row.queryId;
    if (sideOfArm(row.arm) === 'incumbent') incumbents.set(key, row.outcome !== 'ok');
    else candidates.push({ key, need, failed: row.outcome !== 'ok' });
  }
  for (const { key, need, failed } of candidates) {
    const incumbentFailed = incumbents.get(key);
    if (incumbentFailed === undefined) continue;
    result.pairs += 1;
    // That both fail shows no agreement: nobody knows what the candidate does where the incumbent answers.
    if (!(incumbentFailed && failed)) {
      values.push({ need, value: (incumbentFailed ? 1 : 0) - (failed ? 1 : 0) });
    }
    if (incumbentFailed) result.incumbentFailed += 1;
    if (failed) result.candidateFailed += 1;
    if (failed && !incumbentFailed) result.candidateOnly += 1;
    if (incumbentFailed && !failed) result.incumbentOnly += 1;
  }
  const byIncumbent = incumbentFailures(observations, needOf);
  return {
    ...result,
    throttled,
    differences: averageByNeed(values),
    ...(byIncumbent.length === 0 ? {} : { byIncumbent }),
  };
}

const MEASURED = ['quality', 'latency', 'throughput'] as const;

/** What the incumbent failed of each phase of each operation; phases that it answered whole are left out. */
function incumbentFailures(
  observations: readonly Observation[],
  needOf: ReadonlyMap<string, string>,
): IncumbentFailures[] {
  const asked = observations.filter(
    ({ arm, outcome }) => sideOfArm(arm) === 'incumbent' && outcome !== 'throttled',
  );
  const cells = [...new Set(asked.map(({ cell }) => cell))].sort();
  return cells.flatMap((cell) =>
    MEASURED.flatMap((phase): IncumbentFailures[] => {
      const rows = asked.filter((row) => row.cell === cell && row.phase === phase);
      const failed = rows.filter(({ outcome }) => outcome !== 'ok').length;
      if (failed === 0) return [];
      const shares = averageByNeed(
        rows.map(({ queryId, outcome }) => ({
          need: needOf.get(queryId) ?? queryId,
          value: outcome === 'ok' ? 0 : 1,
        })),
      );
      return [{ cell, phase, requests: rows.length, failed, shares }];
    }),
  );
}

function pairKey(row: Observation): string {
  const turn = row.arm === 'A2' || row.arm === 'B2' ? 2 : 1;
  if (row.phase === 'quality') return `quality ${row.cell} ${turn} ${row.queryId}`;
  const pair = row.phase === 'latency' ? row.pair : Math.floor(row.block / 2);
  return `${row.phase} ${row.cell} ${pair} ${row.sequence}`;
}
