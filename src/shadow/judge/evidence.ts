import { quantileInverseCdfOfSorted } from '../../stats/quantiles.ts';
import { hasRows } from '../../traffic/compare-answers.ts';
import { SHADOW_GATES, type ShadowPlan, type ShadowRow } from '../record/shadow-record.ts';
import { ownDistances, rowDifferences } from './differences.ts';
import { type GateSet, gateSet, type ShadowGate } from './gates.ts';

/** One window of the clock for drift. */
export interface ShadowWindow {
  /** Milliseconds since 1970. */
  readonly startMs: number;
  readonly rows: number;
  readonly gates: readonly ShadowGate[];
}

/** Why a candidate was not asked: it cannot express the request, or said that it should come later. */
export type UnaskedReason = 'unsupported' | 'throttled';

/** What the rows say so far. */
export interface ShadowEvidence {
  readonly epoch: string | null;
  /** First and last request of this epoch; null before the first. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
  readonly rows: number;
  /** Rows whose incumbent failed: they compare with nothing. */
  readonly incumbentFailed: number;
  /** Rows that the incumbent answered without a document, once or twice: their lists compare with nothing. */
  readonly withoutRows: number;
  /** Rows that the candidate was not asked, by why; they compare with nothing. */
  readonly unasked: Readonly<Record<UnaskedReason, number>>;
  /** Rows of former epochs, which do not count any more. */
  readonly expired: number;
  readonly needs: number;
  /** Needs of which the two sides were compared at least once. */
  readonly comparedNeeds: number;
  readonly gates: readonly ShadowGate[];
  /** Windows that had requests, the last `KEPT` of them and every one that failed. */
  readonly windows: readonly ShadowWindow[];
  readonly windowCount: number;
  /** Response times in milliseconds over the last requests. */
  readonly latencyMs: Readonly<
    Record<'incumbent' | 'candidate', { p50: number | null; p95: number | null }>
  >;
}

/** Takes rows in the order in which they were recorded; a pure fold, so that a record gives the same evidence again. */
export interface EvidenceFold {
  readonly add: (row: ShadowRow) => void;
  readonly now: () => ShadowEvidence;
}

/** Response times that the running quantiles are taken over. */
const RECENT = 500;
/** Requests before the incumbent's p95 is known well enough to call an answer slow. */
const LEAST_RECENT = 50;
const REFRESH = 25;
/** Added to the limit, so that a fast incumbent does not make every millisecond slow. */
const SLOW_FLOOR_MS = 5;
const KEPT = 200;
/** No request ends later than that after it came, whatever its deadline. */
const LATEST_MS = 10 * 60_000;

/** Evidence of nothing yet. */
export function evidenceFold(plan: ShadowPlan): EvidenceFold {
  let state = startOf(plan, null);
  let expired = 0;
  const former = new Set<string>();
  return {
    add: (row) => {
      if (isLate(state, former, row)) {
        expired += 1;
        return;
      }
      if (state.epoch !== row.epoch) {
        expired += state.rows;
        if (state.epoch !== null) former.add(state.epoch);
        state = startOf(plan, row.epoch);
      }
      take(plan, state, row);
    },
    now: () => evidenceOf(state, expired),
  };
}

/**
 * Whether a row of a former epoch is of a request that came before the last one of this epoch, and ended late: it must
 * not end this epoch. A later request says that the versions changed back.
 */
function isLate({ epoch, lastAtMs }: Fold, former: ReadonlySet<string>, row: ShadowRow): boolean {
  if (row.epoch === epoch || !former.has(row.epoch) || lastAtMs === null) return false;
  return row.atMs <= lastAtMs && lastAtMs - row.atMs <= LATEST_MS;
}

interface Fold {
  readonly epoch: string | null;
  readonly overall: GateSet;
  readonly needs: Set<string>;
  readonly compared: Set<string>;
  readonly unasked: Record<UnaskedReason, number>;
  readonly closed: ShadowWindow[];
  readonly recent: Readonly<Record<'incumbent' | 'candidate', number[]>>;
  slowMs: number | null;
  rows: number;
  incumbentFailed: number;
  withoutRows: number;
  firstAtMs: number | null;
  lastAtMs: number | null;
  windowCount: number;
  open: { index: number; startMs: number; rows: number; gates: GateSet } | null;
}

function startOf(plan: ShadowPlan, epoch: string | null): Fold {
  return {
    epoch,
    // Half of the level is for all needs together, half for the windows.
    overall: gateSet(plan, plan.alpha / 2 / SHADOW_GATES.length),
    needs: new Set(),
    compared: new Set(),
    unasked: { unsupported: 0, throttled: 0 },
    closed: [],
    recent: { incumbent: [], candidate: [] },
    slowMs: null,
    rows: 0,
    incumbentFailed: 0,
    withoutRows: 0,
    firstAtMs: null,
    lastAtMs: null,
    windowCount: 0,
    open: null,
  };
}

function take(plan: ShadowPlan, fold: Fold, row: ShadowRow): void {
  const differences = rowDifferences(row, fold.slowMs);
  const own = ownDistances(row);
  fold.overall.add(row.need, differences, own);
  fold.needs.add(row.need);
  if (differences.errors !== null) fold.compared.add(row.need);
  const { outcome } = row.candidate;
  if (outcome === 'unsupported' || outcome === 'throttled') fold.unasked[outcome] += 1;
  fold.rows += 1;
  if (row.incumbent.outcome !== 'ok') fold.incumbentFailed += 1;
  if ([row.incumbent, row.again].some(isSilent)) fold.withoutRows += 1;
  fold.firstAtMs ??= row.atMs;
  fold.lastAtMs = row.atMs;
  const window = windowFor(plan, fold, row.atMs);
  window.gates.add(row.need, differences, own);
  window.rows += 1;
  remember(plan, fold, row);
}

/** An answer that came without a row. */
function isSilent(answer: ShadowRow['again']): boolean {
  return answer?.outcome === 'ok' && !hasRows(answer);
}

/**
 * The open window of a time; one that is over is closed. Requests that end late stay in the window that is open; what
 * lies farther before that was stamped by a clock that was set back, and opens another one.
 */
function windowFor(plan: ShadowPlan, fold: Fold, atMs: number): NonNullable<Fold['open']> {
  const index = Math.floor(atMs / plan.windowMs);
  if (fold.open !== null && index <= fold.open.index) {
    const lateMs = fold.open.startMs - atMs;
    if (lateMs <= Math.max(plan.windowMs, LATEST_MS)) return fold.open;
  }
  if (fold.open !== null) {
    fold.closed.push(windowOf(fold.open));
    const isOld = (at: number) => at < fold.closed.length - KEPT;
    const forgotten = fold.closed.findIndex((window, at) => isOld(at) && !hasFailed(window));
    if (forgotten !== -1) fold.closed.splice(forgotten, 1);
  }
  fold.windowCount += 1;
  const number = fold.windowCount;
  // Σ 1/(w(w + 1)) = 1: all windows together spend half of the level, however many there will be.
  const failAlpha = plan.alpha / 2 / SHADOW_GATES.length / (number * (number + 1));
  fold.open = { index, startMs: index * plan.windowMs, rows: 0, gates: gateSet(plan, failAlpha) };
  return fold.open;
}

function windowOf({ startMs, rows, gates }: NonNullable<Fold['open']>): ShadowWindow {
  return { startMs, rows, gates: gates.gates() };
}

/** Whether a window has a claim that fails. */
export function hasFailed({ gates }: Pick<ShadowWindow, 'gates'>): boolean {
  return gates.some(({ state }) => state === 'fail');
}

/** The claims that fail in a window, by name. */
export function failingClaims({ gates }: Pick<ShadowWindow, 'gates'>): string[] {
  return gates.filter(({ state }) => state === 'fail').map(({ name }) => name);
}

function remember({ slowFactor }: ShadowPlan, fold: Fold, row: ShadowRow): void {
  for (const side of ['incumbent', 'candidate'] as const) {
    const { latencyMs, outcome } = row[side];
    if (latencyMs === null || outcome !== 'ok') continue;
    fold.recent[side].push(latencyMs);
    if (fold.recent[side].length > RECENT) fold.recent[side].shift();
  }
  const own = fold.recent.incumbent;
  if (own.length < LEAST_RECENT || (fold.slowMs !== null && fold.rows % REFRESH !== 0)) return;
  // Predictable: the limit for a request comes of those before it.
  fold.slowMs = slowFactor * (quantileOf(own, 0.95) ?? 0) + SLOW_FLOOR_MS;
}

function evidenceOf(fold: Fold, expired: number): ShadowEvidence {
  const { epoch, rows, incumbentFailed, withoutRows, unasked, firstAtMs, lastAtMs } = fold;
  const { windowCount, recent } = fold;
  const times = (side: 'incumbent' | 'candidate') => ({
    p50: quantileOf(recent[side], 0.5),
    p95: quantileOf(recent[side], 0.95),
  });
  return {
    epoch,
    firstAtMs,
    lastAtMs,
    rows,
    incumbentFailed,
    withoutRows,
    unasked: { ...unasked },
    expired,
    needs: fold.needs.size,
    comparedNeeds: fold.compared.size,
    gates: fold.overall.gates(),
    windows: [...fold.closed, ...(fold.open === null ? [] : [windowOf(fold.open)])],
    windowCount,
    latencyMs: { incumbent: times('incumbent'), candidate: times('candidate') },
  };
}

function quantileOf(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  return quantileInverseCdfOfSorted(
    values.toSorted((a, b) => a - b),
    share,
  );
}
