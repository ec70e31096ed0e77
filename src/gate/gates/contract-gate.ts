import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import type {
  CellFinding,
  ContractFinding,
  Findings,
  ViolationKind,
} from '../../parity/findings.ts';
import { ALPHA } from '../../stats/decisions/spent-alpha.ts';
import { meanBounds, notAboveThresholdP } from '../../stats/intervals/bounded-mean-bound.ts';
import { mean } from '../../stats/moments.ts';
import { gateOf } from '../gate-kind.ts';
import type { GateResult, GateState } from '../verdict.ts';

/** By how much the candidate's rate of each kind may exceed the incumbent's. */
const MARGINS: Readonly<Record<ViolationKind, number>> = {
  'duplicate-id': 0,
  'too-many': 0,
  'unknown-id': 0,
  'filtered-out': 0,
  short: 0.001,
  'non-monotone': 0.001,
};

/**
 * Whether the candidate breaks the contract of a ranked list oftener than the incumbent, kind by kind and by rate
 * over needs. A kind whose margin is zero also fails where both answers of the candidate to one query break it and
 * both of the incumbent are clean, oftener than by chance. Kinds that are declared with a reason are left out.
 */
export function contractGates(
  findings: Pick<Findings, 'cells'>,
  gates: GatesConfig,
  alpha = ALPHA,
): GateResult[] {
  const declared = new Map(
    (gates.contract?.declared ?? []).map((entry) => [entry.kind, entry.reason]),
  );
  return findings.cells.map((cell) => contractGate(cell, declared, alpha));
}

/** What was judged of one kind of violation. */
export interface ContractClaim {
  readonly kind: ViolationKind;
  readonly margin: number;
  readonly state: GateState;
}

/** What the gate of an operation judged, kind by kind, whether or not anybody breaks it so; declared ones are left out. */
export function contractClaims(
  { contract }: Pick<CellFinding, 'contract'>,
  gates: GatesConfig,
  alpha = ALPHA,
): ContractClaim[] {
  const declared = new Set((gates.contract?.declared ?? []).map(({ kind }) => kind));
  return (Object.keys(MARGINS) as ViolationKind[])
    .filter((kind) => !declared.has(kind))
    .map((kind) => {
      const finding = contract.find((entry) => entry.kind === kind);
      const state = finding === undefined ? 'pass' : judgeKind(finding, alpha).state;
      return { kind, margin: MARGINS[kind], state };
    });
}

function contractGate(
  cell: CellFinding,
  declared: ReadonlyMap<string, string>,
  alpha: number,
): GateResult {
  const judged = cell.contract
    .filter(({ kind }) => !declared.has(kind))
    .map((finding) => judgeKind(finding, alpha));
  const excused = cell.contract.filter(
    ({ kind, candidate }) => declared.has(kind) && candidate > 0,
  );
  const n = cell.answered?.candidate ?? answersOf(cell);
  const state: GateState = judged.some((kind) => kind.state === 'fail')
    ? 'fail'
    : n === 0 || judged.some((kind) => kind.state === 'inconclusive')
      ? 'inconclusive'
      : 'pass';
  const failing = judged.filter((kind) => kind.state === 'fail');
  const certain = failing.some(({ p }) => p === null);
  const told = [
    ...judged
      .filter((kind) => kind.state === state && kind.reason !== '')
      .map(({ reason }) => reason),
    ...excused.map(({ kind }) => `${kind} declared: ${declared.get(kind) ?? ''}`),
  ];
  return {
    ...gateOf({ type: 'contract' }),
    cell: cell.cell,
    slice: null,
    unit: 'answers',
    n,
    margin: null,
    mean: null,
    lower: null,
    upper: null,
    state,
    regressed: judged.some(({ regressed }) => regressed),
    parity: false,
    minimalDetectableEffect: null,
    decidesAt: null,
    // Several kinds are looked at: the smallest p counts once for each of them.
    p:
      failing.length === 0 || certain
        ? null
        : Math.min(1, judged.length * Math.min(...failing.map(({ p }) => p ?? 1))),
    pHolm: null,
    gated: true,
    reason:
      told.length > 0
        ? told.join('; ')
        : n === 0
          ? 'no answer of the candidate'
          : 'no violation that the incumbent lacks',
  };
}

/**
 * Chance of as many queries that break a kind in both answers of the candidate, were its violations spread over all
 * answers by chance: at least r of a Poisson law with mean n v², v the share of its answers that violate. With rare
 * violations on either side a query that both answers break is bound to come; one of a thousand that always breaks
 * it is no chance. 1 without any.
 */
function repeatsByChance({ candidate, differences, repeated }: ContractFinding): number {
  if (repeated.length === 0 || differences.length === 0) return 1;
  const mean = candidate ** 2 / (4 * differences.length);
  let term = Math.exp(-mean);
  let below = 0;
  for (let count = 0; count < repeated.length; count++) {
    below += term;
    term *= mean / (count + 1);
  }
  return Math.max(0, 1 - below);
}

/** Answers of the candidate, in findings from before those of quality were counted apart. */
function answersOf({ failures }: CellFinding): number {
  const answers = failures.find((entry) => entry.side === 'candidate');
  return answers === undefined ? 0 : answers.requests - answers.failed;
}

interface JudgedKind {
  readonly state: GateState;
  readonly regressed: boolean;
  /** Null where the violations repeat and need no statistics, and where nothing fails. */
  readonly p: number | null;
  readonly reason: string;
}

function judgeKind(finding: ContractFinding, alpha: number): JudgedKind {
  const { kind, incumbent, candidate, differences, repeated } = finding;
  const margin = MARGINS[kind];
  const guess = finding.guess === undefined ? '' : ` (${finding.guess})`;
  const told = `${kind} in ${counted(candidate, 'answer')} of the candidate and ${incumbent} of the incumbent${guess}`;
  if (margin === 0 && repeatsByChance(finding) <= alpha) {
    return {
      state: 'fail',
      regressed: true,
      p: null,
      reason: `${told}; ${counted(repeated.length, 'query breaks', 'queries break')} it each time, ${repeated[0]} first`,
    };
  }
  if (candidate > 0 && differences.length === 0) {
    const reason = `${told}; no need was answered by both sides`;
    return { state: 'inconclusive', regressed: false, p: null, reason };
  }
  // By rate and not by count: of two sides one may have answered less.
  if (candidate === 0 || (mean(differences) ?? 0) >= 0) {
    return { state: 'pass', regressed: false, p: null, reason: candidate === 0 ? '' : told };
  }
  const { lower, upper } = meanBounds(differences, { alpha });
  const regressed = upper < 0;
  const state: GateState =
    lower > -margin ? 'pass' : regressed && upper <= -margin ? 'fail' : 'inconclusive';
  return {
    state,
    regressed,
    p: state === 'fail' ? notAboveThresholdP(differences, -margin) : null,
    reason:
      state === 'inconclusive'
        ? `${told}; ${counted(differences.length, 'need')} cannot decide whether the rate is higher`
        : told,
  };
}
