import type { GatesConfig } from '../../config/schema.ts';
import { meanBounds } from '../../stats/intervals/bounded-mean-bound.ts';
import { type ClaimedDifferences, judgeClaims } from '../judge/judge-claims.ts';
import type { LoadFinding, NeedRecall } from './load-finding.ts';
import { type JudgedObjective, loadGateOf, type Ungated } from './load-gate.ts';

/**
 * Whether recall under load falls against the incumbent's by the margin, and whether it reaches the least that was
 * asked for. A pass against the incumbent has to hold over pairs that both answered as well: what the incumbent failed
 * credits nobody, and requests to which neither gave a row show no agreement. Where the driver was not fit, requests that failed are left out: they may be its fault.
 */
export function recallGates(finding: LoadFinding, gates: GatesConfig): Ungated[] {
  const { ratePerSecond } = finding;
  const recall = finding.valid ? finding.recall : finding.recallOfAnswered;
  const { margin, min } = gates.recallUnderLoad ?? {};
  const needs = recall ?? [];
  const results: Ungated[] = [];
  if (margin !== undefined) {
    const result = judgeClaims(claimsOf(finding), margin);
    results.push({
      ...loadGateOf({ type: 'recall', against: 'incumbent' }, ratePerSecond),
      unit: 'needs',
      n: result.n,
      margin,
      mean: result.mean,
      lower: result.lower,
      upper: result.upper,
      state: result.state,
      reason: recall === null ? 'recall was not measured' : result.reason,
    });
  }
  if (min !== undefined) {
    const values = needs.map(({ candidate }) => candidate);
    const bounds = values.length === 0 ? null : meanBounds(values, { floor: 0, ceil: 1 });
    const judged: JudgedObjective =
      bounds === null
        ? { state: 'inconclusive', reason: 'recall was not measured' }
        : bounds.lower >= min
          ? { state: 'pass', reason: `at least ${min}` }
          : bounds.upper < min
            ? { state: 'fail', reason: `below ${min}` }
            : { state: 'inconclusive', reason: `the interval spans ${min}` };
    results.push({
      ...loadGateOf({ type: 'recall', against: 'least' }, ratePerSecond),
      unit: 'needs',
      n: values.length,
      margin: min,
      mean:
        values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      lower: bounds?.lower ?? null,
      upper: bounds?.upper ?? null,
      ...judged,
    });
  }
  return results;
}

function claimsOf(finding: LoadFinding): ClaimedDifferences {
  const { valid, recall, recallOfAnswered, recallClaims } = finding;
  const level = differencesOf(recallClaims?.level ?? recallOfAnswered ?? recall);
  const served = valid ? differencesOf(recallClaims?.served ?? recall) : level;
  const isOne = level.length === served.length && level.every((value, at) => value === served[at]);
  return { differences: served, answeredDifferences: isOne ? null : level };
}

function differencesOf(needs: readonly NeedRecall[] | null): number[] {
  return (needs ?? []).map(({ incumbent, candidate }) => candidate - incumbent);
}
