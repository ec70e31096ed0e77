import type { JudgedReport } from '../judged.ts';

/** Columns of the formats that hold a row a gate. */
export const GATE_COLUMNS = [
  { name: 'run', type: 'string' },
  { name: 'created_at', type: 'string' },
  { name: 'verdict', type: 'string' },
  { name: 'gate', type: 'string' },
  { name: 'cell', type: 'string' },
  { name: 'slice', type: 'string' },
  { name: 'state', type: 'string' },
  { name: 'gated', type: 'boolean' },
  { name: 'n', type: 'double' },
  { name: 'unit', type: 'string' },
  { name: 'difference', type: 'double' },
  { name: 'lower', type: 'double' },
  { name: 'upper', type: 'double' },
  { name: 'margin', type: 'double' },
  { name: 'reason', type: 'string' },
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
