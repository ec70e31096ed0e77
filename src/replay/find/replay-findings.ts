import type { Side } from '../../record/types.ts';
import { type SignedRankRatio, signedRankRatio } from '../../stats/intervals/signed-rank-ratio.ts';
import { leastValuesFor, quantileInverseCdf } from '../../stats/quantiles.ts';
import { type AnswerDistances, distancesOf, hasRows } from '../../traffic/compare-answers.ts';
import type { OutcomeKind } from '../../wire/outcome.ts';
import type { RecordedReplay, ReplayRow } from '../record/replay-record.ts';

/** What one side did with the arrivals. */
export interface ReplaySide {
  readonly side: Side;
  readonly scheduled: number;
  /** Requests by how they ended; their sum is what was scheduled. */
  readonly counts: Readonly<Partial<Record<OutcomeKind, number>>>;
  /** Response times from the intended time; null where what never ended, +∞, or too few requests leave none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Mean recall over arrivals of needs with truth, a failed answer scoring 0; null without any. */
  readonly recall: number | null;
}

/** What a replay found. */
export interface ReplayFindings {
  readonly capture: string;
  readonly speed: number;
  readonly arrivals: number;
  readonly leftOut: number;
  readonly isComplete: boolean;
  /** Pairs of blocks of which every request was sent and waited for: times, recall and agreement are of those. */
  readonly wholePairs: number;
  readonly pairs: number;
  readonly sides: readonly [ReplaySide, ReplaySide];
  /** Candidate over incumbent, over pairs of blocks with the same arrivals. */
  readonly ratios: Readonly<Record<'p50' | 'p95', SignedRankRatio>>;
  /** Mean distance of the two sides' answers to the same arrivals, one at least with rows; null where none came. */
  readonly overlap: number | null;
  readonly rbo: number | null;
  /** How far the incumbent's answers to needs that came more than once are apart, and how many needs those are. */
  readonly floor: AnswerDistances | null;
  readonly repeated: number;
  /** Arrivals of needs with truth whose answer was not kept, on one side at least: they have no recall. */
  readonly unread: number;
  /** Arrivals that both sides answered without a row, which shows no agreement. */
  readonly withoutRows: number;
  /** Latest that the driver was behind its schedule, in milliseconds. */
  readonly slipP99Ms: number | null;
}

/** Figures of a recorded replay; of one that was interrupted, over the pairs of blocks that are whole. */
export function replayFindings(replay: RecordedReplay): ReplayFindings {
  const { capture, speed, leftOut, isComplete } = replay;
  const pairs = [...Map.groupBy(replay.rows, ({ pair }) => pair).values()];
  const whole = isComplete ? pairs : pairs.filter((rows) => rows.every(wasWaitedFor));
  const rows = whole.flat();
  const slips = replay.rows.flatMap(({ firedMs, intendedMs }) =>
    firedMs === null ? [] : [firedMs - intendedMs],
  );
  const unread = unreadArrivals(replay, rows);
  const judged = { replay, rows, unread };
  return {
    capture,
    speed,
    arrivals: replay.rows.filter(({ side }) => side === 'incumbent').length,
    leftOut,
    isComplete,
    wholePairs: whole.length,
    pairs: pairs.length,
    sides: [sideOf(judged, 'incumbent'), sideOf(judged, 'candidate')],
    ratios: { p50: ratioOf(rows, 0.5), p95: ratioOf(rows, 0.95) },
    ...agreementOf(replay, rows),
    ...floorOf(replay, rows),
    unread: unread.size,
    slipP99Ms: finite(quantileInverseCdf(slips, 0.99)),
  };
}

/** Whether a request was sent, and ended by itself or by its deadline. */
function wasWaitedFor({ outcome, firedMs }: ReplayRow): boolean {
  return firedMs !== null && outcome !== 'aborted';
}

/** Needs for which there is truth. Records of earlier versions tell it by the answers that have a recall. */
function needsWithTruth({ needs, answers }: RecordedReplay): ReadonlySet<string> {
  const withRecall = answers.flatMap(({ need, recall }) => (recall === null ? [] : [need]));
  return new Set([...needs.flatMap(({ id, hasTruth }) => (hasTruth ? [id] : [])), ...withRecall]);
}

/** Arrivals of needs with truth that a side answered with a body that was not kept. */
function unreadArrivals(replay: RecordedReplay, rows: readonly ReplayRow[]): Set<number> {
  const known = needsWithTruth(replay);
  const isUnread = ({ outcome, answer, need }: ReplayRow) =>
    outcome === 'ok' && answer === null && known.has(need);
  return new Set(rows.filter(isUnread).map(({ arrival }) => arrival));
}

interface Judged {
  readonly replay: RecordedReplay;
  readonly rows: readonly ReplayRow[];
  readonly unread: ReadonlySet<number>;
}

function sideOf({ replay, rows, unread }: Judged, side: Side): ReplaySide {
  const { answers } = replay;
  const all = replay.rows.filter((row) => row.side === side);
  const counts: Partial<Record<OutcomeKind, number>> = {};
  for (const { outcome } of all) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const own = rows.filter((row) => row.side === side);
  const times = own.map(responseMs);
  const known = needsWithTruth(replay);
  const recalls = own.flatMap(({ answer, outcome, need, arrival }) => {
    if (!known.has(need) || unread.has(arrival)) return [];
    if (outcome !== 'ok' || answer === null) return [0];
    return answers[answer]?.recall ?? [];
  });
  const quantile = (share: number): number | null =>
    times.length < leastValuesFor(share) ? null : finite(quantileInverseCdf(times, share));
  return {
    side,
    scheduled: all.length,
    counts,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    recall: meanOf(recalls),
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
  rows: readonly ReplayRow[],
): Pick<ReplayFindings, 'overlap' | 'rbo' | 'withoutRows'> {
  const needs = new Map(replay.needs.map((need) => [need.id, need]));
  let withoutRows = 0;
  const distances = [...Map.groupBy(rows, ({ arrival }) => arrival).values()].flatMap((both) => {
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
  });
  return {
    withoutRows,
    overlap: meanOf(distances.map(({ overlap }) => overlap)),
    rbo: meanOf(distances.map(({ rbo }) => rbo)),
  };
}

function floorOf(
  replay: RecordedReplay,
  rows: readonly ReplayRow[],
): Pick<ReplayFindings, 'floor' | 'repeated'> {
  const needs = new Map(replay.needs.map((need) => [need.id, need]));
  const own = rows.filter(({ side, answer }) => side === 'incumbent' && answer !== null);
  const distances = [...Map.groupBy(own, ({ need }) => need)].flatMap(([id, asked]) => {
    const need = needs.get(id);
    const [one, other] = asked.map(({ answer }) => replay.answers[answer ?? -1]?.answer);
    if (need === undefined || one === undefined || other === undefined) return [];
    return distancesOf(need, one, other) ?? [];
  });
  const [overlap, rbo] = [
    meanOf(distances.map((distance) => distance.overlap)),
    meanOf(distances.map((distance) => distance.rbo)),
  ];
  return {
    floor: overlap === null || rbo === null ? null : { overlap, rbo },
    repeated: distances.length,
  };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
