import { EXIT_OF, type GateState, type JudgedGate, type Verdict } from '../../gate/verdict.ts';
import { compareDrift, covers, type ExpectedDrift } from '../find/compare.ts';
import type { DriftRow } from '../find/types.ts';
import type { StoredDrift } from '../record/catalogue.ts';

/** Drift that nobody knew of, and drift that is gone, is a claim each. */
export type DriftGateKind = { readonly type: 'new drift' } | { readonly type: 'vanished drift' };

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

/**
 * Fails on new drift and on drift that has vanished; where nothing is known yet, nothing is new. What was
 * captured in part decides nothing.
 */
export function judgeDrift(
  rows: readonly DriftRow[],
  { catalogue, expected }: KnownDrift,
  isComplete = true,
): DriftVerdict {
  if (!isComplete) return answered('inconclusive', [{ type: 'interrupted' }]);
  if (catalogue === null && expected.length === 0) {
    return answered('pass', [{ type: 'nothing known', rows: rows.length }]);
  }
  const stored = catalogue ?? [];
  // A declared difference need not be in the catalogue; one that has gone is told all the same.
  const only = expected.filter((entry) => !stored.some((row) => covers(entry, row)));
  const known = [...stored, ...only];
  const { fresh, vanished } = compareDrift(rows, known);
  const gates = [
    driftGate({ type: 'new drift' }, rows.length, fresh.length),
    driftGate({ type: 'vanished drift' }, known.length, vanished.length),
  ];
  const failed = gates.filter(({ state }) => state === 'fail');
  return {
    ...answered(
      failed.length > 0 ? 'fail' : 'pass',
      failed.map((gate) => ({ type: 'gate', gate })),
    ),
    gates,
    fresh,
    vanished,
  };
}

function driftGate(kind: DriftGateKind, n: number, found: number): DriftGate {
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
