import { isWithin, type Tolerance } from '../gate/tolerance.ts';
import type { MetricValue } from './metric-log.ts';

/** How two implementations agree about one figure. */
type CheckStatus =
  | 'equal'
  | 'within tolerance'
  | 'different'
  | 'missing in actual'
  | 'missing in expected'
  | 'failed';

/** One thing that was compared. */
export interface Check {
  readonly phase: string;
  /** Name of the figure, or what else was checked, e.g. `exit code`. */
  readonly name: string;
  readonly required: boolean;
  readonly status: CheckStatus;
  readonly ok: boolean;
  /** As written; null where it is missing. */
  readonly expected: string | null;
  readonly actual: string | null;
  /** actual − expected, where both are numbers. */
  readonly difference: number | null;
  readonly note: string;
}

/** What is asked of the figures of one phase. */
export interface CompareRules {
  readonly phase: string;
  /** For every figure without a tolerance of its own. */
  readonly tolerance: Tolerance;
  readonly tolerances: ReadonlyMap<string, Tolerance>;
  /** Figures that may differ or be missing. */
  readonly optional: ReadonlySet<string>;
  /** Whether the phase as a whole is required. */
  readonly required: boolean;
}

type Figures = ReadonlyMap<string, MetricValue>;

/** Compares the figures of one phase, by name; `equal` means equal to the byte as written. */
export function compareFigures(expected: Figures, actual: Figures, rules: CompareRules): Check[] {
  const names = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  return names.map((name) => {
    const left = expected.get(name) ?? null;
    const right = actual.get(name) ?? null;
    const tolerance = rules.tolerances.get(name) ?? rules.tolerance;
    const { status, note } = compareFigure(left, right, tolerance);
    return {
      phase: rules.phase,
      name,
      required: rules.required && !rules.optional.has(name),
      status,
      ok: status === 'equal' || status === 'within tolerance',
      expected: left?.spelling ?? null,
      actual: right?.spelling ?? null,
      difference: differenceOf(left, right),
      note,
    };
  });
}

function compareFigure(
  expected: MetricValue | null,
  actual: MetricValue | null,
  tolerance: Tolerance,
): { status: CheckStatus; note: string } {
  if (actual === null) return { status: 'missing in actual', note: '' };
  if (expected === null) return { status: 'missing in expected', note: '' };
  if (expected.ambiguous || actual.ambiguous) {
    return { status: 'different', note: 'given twice with different values' };
  }
  if (expected.spelling === actual.spelling) return { status: 'equal', note: '' };
  const { value: left } = expected;
  const { value: right } = actual;
  if (typeof left === 'number' && typeof right === 'number') {
    if (left === right)
      return { status: 'within tolerance', note: 'same number, written otherwise' };
    return {
      status: isWithin(tolerance, left, right) ? 'within tolerance' : 'different',
      note: '',
    };
  }
  // Strings may be escaped in more than one way.
  if (left === right) return { status: 'within tolerance', note: 'same value, written otherwise' };
  return { status: 'different', note: '' };
}

function differenceOf(expected: MetricValue | null, actual: MetricValue | null): number | null {
  return typeof expected?.value === 'number' && typeof actual?.value === 'number'
    ? actual.value - expected.value
    : null;
}
