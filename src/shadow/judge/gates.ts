import type { GateState } from '../../stats/decisions/gate-decision.ts';
import { type SequentialGate, sequentialGate } from '../../stats/decisions/sequential-gate.ts';
import type { AnswerDistances } from '../../traffic/compare-answers.ts';
import { SHADOW_GATES, type ShadowGateName, type ShadowPlan } from '../record/shadow-record.ts';
import type { RowDifferences } from './differences.ts';

/** What one claim has come to. */
export interface ShadowGate {
  readonly name: ShadowGateName;
  readonly state: GateState;
  readonly margin: number;
  /** Needs that it rests on. */
  readonly needs: number;
  /** Mean difference over them; null without any. */
  readonly mean: number | null;
  /** How far the incumbent's own answers to them are apart; null where the claim compares no lists, or without any. */
  readonly floor: number | null;
  /** Needs it took to decide; null while open. */
  readonly decidedAfter: number | null;
  /** Share of the way to each answer in ln capital: 1 decides. */
  readonly progress: { readonly pass: number; readonly fail: number };
}

/** Gates that take needs one after the other, each need once. */
export interface GateSet {
  /**
   * Takes what a request says, and how far the incumbent's own answers are apart; a need that a gate has had already
   * changes nothing there.
   */
  readonly add: (need: string, differences: RowDifferences, own: AnswerDistances | null) => void;
  readonly gates: () => readonly ShadowGate[];
}

/** Largest share of the capital that one need may cost. */
const TRUNCATION = 0.9;
/** Both distances come of one pair of answers. */
const PAIRED: readonly ShadowGateName[] = ['overlap', 'rbo'];

function isPaired(name: ShadowGateName): name is keyof AnswerDistances {
  return PAIRED.includes(name);
}

/**
 * Sequential gates by betting (Waudby-Smith & Ramdas 2024), valid whenever one looks: each passes at `alpha`, since
 * all have to; each fails at `failAlpha`, since one is enough. Lists do not pass where the incumbent's own answers to the
 * same needs are farther apart than the margin: between such answers there is no room for a loss.
 */
export function gateSet(plan: Pick<ShadowPlan, 'margins' | 'alpha'>, failAlpha: number): GateSet {
  const { margins, alpha } = plan;
  const options = { alpha, failAlpha, truncation: TRUNCATION };
  const watched = SHADOW_GATES.map((name) => ({
    name,
    gate: sequentialGate(margins[name], options),
    sum: 0,
    ownSum: 0,
  }));
  const had: Readonly<Record<'paired' | 'recall' | 'slow' | 'single', Set<string>>> = {
    paired: new Set(),
    recall: new Set(),
    slow: new Set(),
    single: new Set(),
  };
  const setOf = (name: ShadowGateName): Set<string> =>
    isPaired(name) ? had.paired : name === 'recall' || name === 'slow' ? had[name] : had.single;
  return {
    add: (need, differences, own) => {
      const fresh = watched.filter(
        ({ name }) => differences[name] !== null && !setOf(name).has(need),
      );
      for (const entry of fresh) {
        const difference = differences[entry.name] ?? 0;
        setOf(entry.name).add(need);
        if (entry.gate.decidedAfter() === null) {
          entry.sum += difference;
          if (isPaired(entry.name)) entry.ownSum += own?.[entry.name] ?? 0;
        }
        entry.gate.add(Math.min(1, Math.max(-1, difference)));
      }
    },
    gates: () => watched.map((entry) => gateOf(entry, margins[entry.name])),
  };
}

interface Watched {
  readonly name: ShadowGateName;
  readonly gate: SequentialGate;
  /** Sums over the needs up to the decision. */
  readonly sum: number;
  readonly ownSum: number;
}

function gateOf({ name, gate, sum, ownSum }: Watched, margin: number): ShadowGate {
  const needs = gate.seen();
  const floor = isPaired(name) && needs > 0 ? ownSum / needs : null;
  const shown = { name, margin, needs, mean: needs === 0 ? null : sum / needs, floor };
  return {
    ...shown,
    state: gate.state() === 'pass' && isUnsteady(shown) ? 'inconclusive' : gate.state(),
    decidedAfter: gate.decidedAfter(),
    progress: gate.progress(),
  };
}

/** Whether the incumbent differs from itself by more than the margin. */
export function isUnsteady({ floor, margin }: Pick<ShadowGate, 'floor' | 'margin'>): boolean {
  return floor !== null && floor > margin;
}
