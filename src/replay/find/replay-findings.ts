import type { Side } from '../../record/types.ts';
import { type SignedRankRatio, signedRankRatio } from '../../stats/intervals/signed-rank-ratio.ts';
import { quantileInverseCdf } from '../../stats/quantiles.ts';
import { distancesOf, hasRows } from '../../traffic/compare-answers.ts';
import type { OutcomeKind } from '../../wire/outcome.ts';
import type { RecordedReplay, ReplayRow } from '../record/replay-record.ts';

/** What one side did with the arrivals. */
export interface ReplaySide {
  readonly side: Side;
  readonly scheduled: number;
  /** Requests by how they ended; their sum is what was scheduled. */
  readonly counts: Readonly<Partial<Record<OutcomeKind, number>>>;
  /** Response times from the intended time; what never ended is +∞, which is null here. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Mean recall of the answers, a failed one scoring 0; null without truth. */
  readonly recall: number | null;
}

/** What a replay found. */
export interface ReplayFindings {
  readonly capture: string;
  readonly speed: number;
  readonly arrivals: number;
  readonly leftOut: number;
  readonly isComplete: boolean;
  readonly sides: readonly [ReplaySide, ReplaySide];
  /** Candidate over incumbent, over pairs of blocks with the same arrivals. */
  readonly ratios: Readonly<Record<'p50' | 'p95', SignedRankRatio>>;
  /** Mean distance of the two sides' answers to the same arrivals, one at least with rows; null where none came. */
  readonly overlap: number | null;
  readonly rbo: number | null;
  /** Arrivals that both sides answered without a row, which shows no agreement. */
  readonly withoutRows: number;
  /** Latest that the driver was behind its schedule, in milliseconds. */
  readonly slipP99Ms: number | null;
}

/** Figures of a recorded replay. */
export function replayFindings(replay: RecordedReplay): ReplayFindings {
  const { capture, speed, rows, leftOut, isComplete } = replay;
  const of = (side: Side) => rows.filter((row) => row.side === side);
  const slips = rows.flatMap(({ firedMs, intendedMs }) =>
    firedMs === null ? [] : [firedMs - intendedMs],
  );
  return {
    capture,
    speed,
    arrivals: of('incumbent').length,
    leftOut,
    isComplete,
    sides: [sideOf(replay, 'incumbent'), sideOf(replay, 'candidate')],
    ratios: { p50: ratioOf(rows, 0.5), p95: ratioOf(rows, 0.95) },
    ...agreementOf(replay),
    slipP99Ms: finite(quantileInverseCdf(slips, 0.99)),
  };
}

function sideOf({ rows, answers }: RecordedReplay, side: Side): ReplaySide {
  const own = rows.filter((row) => row.side === side);
  const counts: Partial<Record<OutcomeKind, number>> = {};
  for (const { outcome } of own) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const times = own.map(responseMs);
  const recalls = own.flatMap(({ answer, outcome }) => {
    if (outcome !== 'ok' || answer === null) return [0];
    return answers[answer]?.recall ?? [];
  });
  const hasTruth = answers.some(({ recall }) => recall !== null);
  return {
    side,
    scheduled: own.length,
    counts,
    p50Ms: finite(quantileInverseCdf(times, 0.5)),
    p95Ms: finite(quantileInverseCdf(times, 0.95)),
    p99Ms: finite(quantileInverseCdf(times, 0.99)),
    recall: hasTruth ? meanOf(recalls) : null,
  };
}

/** From the intended time; +∞ for what has no end. */
function responseMs({ outcome, endMs, intendedMs }: ReplayRow): number {
  return outcome === 'ok' && endMs !== null ? endMs - intendedMs : Number.POSITIVE_INFINITY;
}

function ratioOf(rows: readonly ReplayRow[], share: number): SignedRankRatio {
  const pairs = [...Map.groupBy(rows, ({ pair }) => pair).values()].flatMap((both) => {
    const of = (side: Side) =>
      quantileInverseCdf(both.filter((row) => row.side === side).map(responseMs), share);
    const [first, second] = [of('incumbent'), of('candidate')];
    return first === null || second === null ? [] : [[first, second] as const];
  });
  return signedRankRatio(
    pairs.map(([first]) => first),
    pairs.map(([, second]) => second),
  );
}

function agreementOf(
  replay: RecordedReplay,
): Pick<ReplayFindings, 'overlap' | 'rbo' | 'withoutRows'> {
  const needs = new Map(replay.needs.map((need) => [need.id, need]));
  let withoutRows = 0;
  const distances = [...Map.groupBy(replay.rows, ({ arrival }) => arrival).values()].flatMap(
    (both) => {
      const answerFrom = (side: Side) => {
        const index = both.find((row) => row.side === side)?.answer ?? null;
        return index === null ? undefined : replay.answers[index]?.answer;
      };
      const need = needs.get(both[0]?.need ?? '');
      const [one, other] = [answerFrom('incumbent'), answerFrom('candidate')];
      if (need === undefined || one === undefined || other === undefined) return [];
      // Only answers that came are kept.
      if (!hasRows(one) && !hasRows(other)) withoutRows += 1;
      return distancesOf(need, one, other) ?? [];
    },
  );
  return {
    withoutRows,
    overlap: meanOf(distances.map(({ overlap }) => overlap)),
    rbo: meanOf(distances.map(({ rbo }) => rbo)),
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
