import { EXIT, type ExitCode } from '../errors.ts';
import type { PlannedSize } from '../parity/findings.ts';
import type { Cell } from '../record/types.ts';
import type { GateState } from '../stats/decisions/gate-decision.ts';
import { narrowestMargin } from '../stats/decisions/needs-to-decide.ts';
import { ALPHA, type Look } from '../stats/decisions/spent-alpha.ts';
import type { RetrieveGap } from './gap.ts';
import type { GateKind, NamedGate } from './gate-kind.ts';
import type { VerdictRemark } from './remarks.ts';

export type { GateState };

/** A claim of a job of any kind, its evidence and its answer. */
export interface JudgedGate<Kind extends { readonly type: string } = { readonly type: string }> {
  /** For people. */
  readonly name: string;
  /** What it is about: decisions read this and never the name. */
  readonly kind: Kind;
  /** What n counts, in the plural. */
  readonly unit: string;
  readonly n: number;
  /** What is tolerated, in the unit of the estimate; null where there is no such number. */
  readonly margin: number | null;
  /** The estimate and its one-sided bounds; null where undefined, +∞ of what never ended. */
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly state: GateState;
  /** Whether the verdict depends on it; advisory results are shown only. */
  readonly gated: boolean;
  /** One sentence for people. */
  readonly reason: string;
}

/** One claim of the main job, its evidence and its answer. Bounds are one-sided: at 95%, or at the level of the verdict's look. */
export interface GateResult extends JudgedGate<GateKind> {
  readonly cell: Cell | 'all';
  readonly slice: string | null;
  readonly unit: 'needs' | 'answers' | 'documents' | 'texts' | 'scores' | 'block pairs' | 'builds';
  /** Significantly worse, whether or not within the margin. */
  readonly regressed: boolean;
  /** Within the margin in both directions. */
  readonly parity: boolean;
  /** Smallest loss that n needs would show with 80% power; null where it has no meaning. */
  readonly minimalDetectableEffect: number | null;
  /** Number of units at which a sample like this one would decide; null where it has decided or never would. */
  readonly decidesAt: number | null;
  /** Smallest α at which the gate fails; only where it fails. */
  readonly p: number | null;
  readonly pHolm: number | null;
  /** Whether an open answer keeps the verdict open too; otherwise the sentence says that it is open. */
  readonly blocking?: false;
}

/** Figures of a test, of a claim that rests on none: what is counted, or judged by an interval alone. */
export const UNTESTED = {
  minimalDetectableEffect: null,
  decidesAt: null,
  p: null,
  pHolm: null,
} as const;

/** Whether an open answer keeps the verdict open. */
export function isOpen({ state, blocking }: Pick<GateResult, 'state' | 'blocking'>): boolean {
  return state === 'inconclusive' && blocking !== false;
}

/** A claim that is judged before it is said what and where it was measured. */
export type JudgedClaim = Omit<GateResult, keyof NamedGate | 'cell' | 'slice'>;

/** A state of a verdict: that of its gates, or that there is nothing to judge by. */
export type VerdictState =
  | GateState
  /** The incumbent differs from itself, or fails requests, by more than a margin: nothing is said about the candidate. */
  | 'environment unfit'
  /** No objective was set. */
  | 'informational';

/**
 * The answer of a job of any kind. It holds no sentences: each kind has one function that makes them where the answer
 * is shown.
 */
export interface Verdict<Reason = RetrieveReason, Gap = RetrieveGap, Gate = GateResult> {
  readonly schema: 1;
  readonly state: VerdictState;
  readonly exitCode: ExitCode;
  /** Which look at the same question it is (the only one has α whole); absent where looks are not counted. */
  readonly look?: Look;
  /** What the answer turns on, the most telling first. */
  readonly reasons: readonly Reason[];
  /** What the answer says nothing about. */
  readonly notVerified: readonly Gap[];
  /** What the answer does not turn on and its reader should know. */
  readonly remarks: readonly VerdictRemark[];
  readonly gates: readonly Gate[];
}

/**
 * Whether a verdict has spent its look: it is open because bounds span a margin, and it could have been a pass. Fewer
 * needs than identical sides need could not have ended in a pass, nor could an interrupted run: they cost nothing.
 * What is open for another reason, such as a truth in doubt, is no matter of chance.
 */
export function spendsLook({ state, look, reasons, gates }: Verdict): boolean {
  if (state !== 'inconclusive' || reasons.some(({ type }) => type === 'interrupted')) return false;
  const drawn = sampledClaims(gates);
  const alpha = look?.alpha ?? ALPHA;
  return (
    drawn.some((gate) => gate.state === 'inconclusive' && !isAbove(gate)) &&
    drawn.every(
      ({ kind, n, margin }) =>
        !(kind.type === 'quality' || kind.type === 'errors') ||
        margin === null ||
        narrowestMargin(n, { alpha }) < margin,
    )
  );
}

/** Claims of a verdict that rest on a sample of needs: another sample may answer otherwise. */
export function sampledClaims(gates: readonly GateResult[]): GateResult[] {
  return gates.filter(({ kind, gated }) => gated && SAMPLED.has(kind.type));
}

const SAMPLED: ReadonlySet<GateKind['type']> = new Set([
  'quality',
  'errors',
  'contract',
  'contract ceiling',
  'floor',
]);

function isAbove({ kind, lower, margin }: GateResult): boolean {
  return kind.type === 'quality' && lower !== null && margin !== null && lower > -margin;
}

/** The exit code of each state. */
export const EXIT_OF: Readonly<Record<VerdictState, ExitCode>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
  'environment unfit': EXIT.infrastructure,
  informational: EXIT.pass,
};

/** What the answer of the main job turns on. */
export type RetrieveReason =
  /** A gate that failed, could not decide, or stays open under a pass. */
  | { readonly type: 'gate'; readonly gate: GateResult }
  /** The run was interrupted: what was measured until then makes no verdict. */
  | { readonly type: 'interrupted' }
  /** How far a run came that may stop early. */
  | {
      readonly type: 'sequence';
      readonly cell: Cell;
      readonly asked: PlannedSize;
      readonly planned: PlannedSize;
    };
