import type { JudgedReport } from '../judged.ts';

/** Columns of the formats that hold a row a gate. */
export const GATE_COLUMNS = [
  { name: 'run', type: 'STRING' },
  { name: 'created_at', type: 'STRING' },
  { name: 'verdict', type: 'STRING' },
  { name: 'gate', type: 'STRING' },
  { name: 'cell', type: 'STRING' },
  { name: 'slice', type: 'STRING' },
  { name: 'state', type: 'STRING' },
  { name: 'gated', type: 'BOOLEAN' },
  { name: 'n', type: 'DOUBLE' },
  { name: 'unit', type: 'STRING' },
  { name: 'difference', type: 'DOUBLE' },
  { name: 'lower', type: 'DOUBLE' },
  { name: 'upper', type: 'DOUBLE' },
  { name: 'margin', type: 'DOUBLE' },
  { name: 'reason', type: 'STRING' },
] as const;

/** The values of every gate of every run, in the order of the columns; null where undefined. */
export function gateValues(
  runs: readonly JudgedReport[],
): (readonly (string | number | boolean | null)[])[] {
  return runs.flatMap(({ runId, createdAt, verdict }) =>
    verdict.gates.map((gate) => [
      runId,
      createdAt,
      verdict.state,
      gate.name,
      gate.cell ?? 'all',
      gate.slice ?? null,
      gate.state,
      gate.gated,
      gate.n,
      gate.unit,
      gate.mean,
      gate.lower,
      gate.upper,
      gate.margin,
      gate.reason,
    ]),
  );
}
