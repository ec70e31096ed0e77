import type { DriftRow } from './types.ts';

/** A difference that is expected, with the reason why. */
export interface ExpectedDrift {
  readonly endpoint: string;
  readonly incumbentPath: string | null;
  readonly candidatePath: string | null;
  readonly operation: string;
  readonly scenario?: string | undefined;
  readonly reason?: string | undefined;
}

/** What was found against what was expected. */
export interface DriftComparison {
  readonly fresh: readonly DriftRow[];
  readonly vanished: readonly ExpectedDrift[];
  readonly expected: readonly DriftRow[];
}

/** Whether a row is the difference that an entry expects; an entry without a scenario expects it in all. */
export function covers(entry: ExpectedDrift, row: DriftRow): boolean {
  return (
    entry.endpoint === row.endpoint &&
    (entry.scenario ?? row.scenario) === row.scenario &&
    entry.incumbentPath === row.incumbentPath &&
    entry.candidatePath === row.candidatePath &&
    entry.operation === row.operation
  );
}

/** One difference in a line. */
export function driftLine(row: ExpectedDrift): string {
  const scenario = row.scenario === undefined ? '' : ` (${row.scenario})`;
  return `${row.endpoint}${scenario}: ${row.incumbentPath ?? '–'} → ${row.candidatePath ?? '–'}: ${row.operation}`;
}

/** Sets new drift and vanished drift apart; a row is the same by endpoint, scenario, both paths and operation. */
export function compareDrift(
  rows: readonly DriftRow[],
  expected: readonly ExpectedDrift[],
): DriftComparison {
  return {
    fresh: rows.filter((row) => !expected.some((entry) => covers(entry, row))),
    vanished: expected.filter((entry) => !rows.some((row) => covers(entry, row))),
    expected: rows.filter((row) => expected.some((entry) => covers(entry, row))),
  };
}
