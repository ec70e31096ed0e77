import {
  type AnswerDistances,
  distancesOf,
  excessOf,
  hasRows,
} from '../../traffic/compare-answers.ts';
import type { ShadowGateName, ShadowRow } from '../record/shadow-record.ts';

/** Differences of one request, candidate − incumbent, in [−1, 1]: below 0 is the candidate's loss; null: no value. */
export type RowDifferences = Readonly<Record<ShadowGateName, number | null>>;

/** Whether the candidate was asked: throttling is the pace of this suite, and what it cannot express was not sent. */
function wasAsked({ candidate }: ShadowRow): boolean {
  return candidate.outcome !== 'throttled' && candidate.outcome !== 'unsupported';
}

/** How far the incumbent's two answers are apart; null where it was not asked twice, or gave no row one of both times. */
export function ownDistances(row: ShadowRow): AnswerDistances | null {
  const { incumbent, again } = row;
  if (again === null || !hasRows(incumbent) || !hasRows(again)) return null;
  return distancesOf(row, incumbent, again);
}

/**
 * What one mirrored request says of each claim.
 *
 * - errors: the candidate failed and the incumbent did not (−1), or the other way round; that both failed shows no
 *   agreement, and throttling is the pace of this suite: both leave the request out
 * - contract: the candidate's answer breaks it in a way that the incumbent's does not, or the other way round
 * - overlap, rbo: what `excessOf` gives, where the incumbent was asked twice
 * - recall: of the two answers against truth, the candidate's by as many rows as the incumbent gave; an incumbent without
 *   a row credits nobody, and a request that one side failed is a matter of errors alone
 * - slow: beyond `slowMs`
 */
export function rowDifferences(row: ShadowRow, slowMs: number | null): RowDifferences {
  const { incumbent, again, candidate, recall } = row;
  const hasFailed = (outcome: string) => (outcome === 'ok' ? 0 : 1);
  const hasIncumbent = incumbent.outcome === 'ok';
  const bothCame = hasIncumbent && candidate.outcome === 'ok';
  const oneCame = hasIncumbent || candidate.outcome === 'ok';
  const excess = again === null ? null : excessOf(row, [incumbent, again], candidate);
  return {
    errors:
      wasAsked(row) && oneCame ? hasFailed(incumbent.outcome) - hasFailed(candidate.outcome) : null,
    contract: bothCame ? contractDifference(row) : null,
    overlap: excess?.overlap ?? null,
    rbo: excess?.rbo ?? null,
    recall:
      recall === null || !bothCame || !hasRows(incumbent)
        ? null
        : recall.candidate - recall.incumbent,
    slow: slowMs !== null && bothCame ? slowDifference(row, slowMs) : null,
  };
}

function contractDifference({ incumbent, candidate }: ShadowRow): number {
  const only = (one: readonly string[], other: readonly string[]) =>
    one.some((kind) => !other.includes(kind)) ? 1 : 0;
  return (
    only(incumbent.violations, candidate.violations) -
    only(candidate.violations, incumbent.violations)
  );
}

function slowDifference({ incumbent, candidate }: ShadowRow, slowMs: number): number | null {
  if (incumbent.latencyMs === null || candidate.latencyMs === null) return null;
  return Number(incumbent.latencyMs > slowMs) - Number(candidate.latencyMs > slowMs);
}
