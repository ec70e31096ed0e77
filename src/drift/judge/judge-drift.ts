import { EXIT_OF, type GateState, type JudgedGate, type Verdict } from '../../gate/verdict.ts';
import type { Side } from '../../record/types.ts';
import { compareDrift, covers, type ExpectedDrift } from '../find/compare.ts';
import type { DriftRow } from '../find/types.ts';
import type { StoredDrift } from '../record/catalogue.ts';
import type { SoundReplies } from '../record/raw-replies.ts';

/**
 * Drift that nobody knew of, and drift that is gone, is a claim each; so is an endpoint of which too few sound requests
 * were answered to compare anything.
 */
export type DriftGateKind =
  | { readonly type: 'new drift' }
  | { readonly type: 'vanished drift' }
  | { readonly type: 'answers'; readonly endpoint: string; readonly by: Side | 'both' };

/** One of the two claims; n counts the rows that were looked at, the estimate those that are new or have vanished. */
export type DriftGate = JudgedGate<DriftGateKind>;

/** What the answer turns on. */
export type DriftReason =
  | { readonly type: 'gate'; readonly gate: DriftGate }
  /** No drift was known before, so none is new. */
  | { readonly type: 'nothing known'; readonly rows: number }
  /** Not every response was captured, so nothing can be said of drift that is gone. */
  | { readonly type: 'interrupted' };

/** Whether the drift that was found is the drift that is known. */
export interface DriftVerdict extends Verdict<DriftReason, never, DriftGate> {
  readonly state: GateState;
  /** Found and not known. */
  readonly fresh: readonly DriftRow[];
  /** Known and not found. */
  readonly vanished: readonly ExpectedDrift[];
}

/** What is known of the drift of two backends. */
export interface KnownDrift {
  /** The stored catalogue; null where there is none. */
  readonly catalogue: readonly StoredDrift[] | null;
  /** What the configuration declares. */
  readonly expected: readonly ExpectedDrift[];
}

/** What was captured, beside the differences. */
export interface CapturedSize {
  readonly isComplete?: boolean;
  readonly sound?: readonly SoundReplies[] | undefined;
}

/** Answers from both sides that a comparison takes at the least: two fifths are held out. */
const LEAST_ANSWERS = 5;

/**
 * Fails on new drift and on drift that has vanished; where nothing is known yet, nothing is new. What was
 * captured in part decides nothing, and neither does an endpoint of which the incumbent, or both sides, answered too
 * few sound requests: two failures that are alike are no agreement, and neither are two lists without a row. Where the
 * candidate alone did not answer, it fails.
 */
export function judgeDrift(
  rows: readonly DriftRow[],
  { catalogue, expected }: KnownDrift,
  { isComplete = true, sound = [] }: CapturedSize = {},
): DriftVerdict {
  if (!isComplete) return answered('inconclusive', [{ type: 'interrupted' }]);
  const unanswered = sound.flatMap(answersGate);
  if (catalogue === null && expected.length === 0) {
    return unanswered.length === 0
      ? answered('pass', [{ type: 'nothing known', rows: rows.length }])
      : judged(unanswered);
  }
  const stored = catalogue ?? [];
  // A declared difference need not be in the catalogue; one that has gone is told all the same.
  const only = expected.filter((entry) => !stored.some((row) => covers(entry, row)));
  const known = [...stored, ...only];
  const { fresh, vanished } = compareDrift(rows, known);
  return {
    ...judged([
      ...unanswered,
      driftGate({ type: 'new drift' }, rows.length, fresh.length),
      driftGate({ type: 'vanished drift' }, known.length, vanished.length),
    ]),
    fresh,
    vanished,
  };
}

/** One failure is enough; otherwise what is open keeps the answer open. */
function judged(gates: readonly DriftGate[]): DriftVerdict {
  const state = (['fail', 'inconclusive'] as const).find((wanted) =>
    gates.some((gate) => gate.state === wanted),
  );
  const deciding = gates.filter((gate) => gate.state === state);
  return {
    ...answered(
      state ?? 'pass',
      deciding.map((gate) => ({ type: 'gate', gate })),
    ),
    gates,
  };
}

/** The claim that an endpoint was answered; none where it was. */
function answersGate(replies: SoundReplies): DriftGate[] {
  const { endpoint, asked, incumbent, candidate, both, withoutRows } = replies;
  const least = Math.min(LEAST_ANSWERS, asked);
  if (both - withoutRows >= least) return [];
  const isSilent = both >= least;
  const by = isSilent
    ? 'both'
    : incumbent >= least
      ? 'candidate'
      : candidate >= least
        ? 'incumbent'
        : 'both';
  const counted = isSilent
    ? `both sides answered ${withoutRows} of ${asked} sound requests without a row`
    : by === 'both'
      ? `the incumbent answered ${incumbent} and the candidate ${candidate} of ${asked} sound requests`
      : `the ${by} answered ${by === 'candidate' ? candidate : incumbent} of ${asked} sound requests`;
  return [
    {
      name: `answers of ${endpoint}`,
      kind: { type: 'answers', endpoint, by },
      unit: 'requests',
      n: asked,
      margin: null,
      mean: (both - withoutRows) / asked,
      lower: null,
      upper: null,
      state: by === 'candidate' ? 'fail' : 'inconclusive',
      gated: true,
      reason: `${counted}: nothing could be compared`,
    },
  ];
}

function driftGate(
  kind: Extract<DriftGateKind, { type: 'new drift' | 'vanished drift' }>,
  n: number,
  found: number,
): DriftGate {
  return {
    name: kind.type,
    kind,
    unit: 'rows',
    n,
    margin: 0,
    mean: found,
    lower: null,
    upper: null,
    state: found > 0 ? 'fail' : 'pass',
    gated: true,
    reason:
      kind.type === 'new drift'
        ? `${found} of ${n} rows that were found are not known`
        : `${found} of ${n} known rows were not found`,
  };
}

function answered(state: GateState, reasons: readonly DriftReason[]): DriftVerdict {
  const exitCode = EXIT_OF[state];
  const none = { notVerified: [], remarks: [], gates: [], fresh: [], vanished: [] };
  return { schema: 1, state, exitCode, reasons, ...none };
}
