import type { FieldOperation } from '../../../wire/field-mapping.ts';
import type { Scenario } from '../../record/raw-replies.ts';
import type { Accepted } from '../match/match-fields.ts';
import type { DriftRow, Severity } from '../types.ts';

/** The row of a mapping; none where the field is the same on both sides. */
export function rowOf(endpoint: string, scenario: Scenario, mapping: Accepted): DriftRow[] {
  const { incumbentPath, candidatePath, operation, lossy, support, heldOutAgreement, detail } =
    mapping;
  if (operation.kind === 'identity' && incumbentPath === candidatePath) return [];
  return [
    {
      endpoint,
      scenario,
      incumbentPath: incumbentPath === '' ? '(body)' : incumbentPath,
      candidatePath: candidatePath === '' ? '(body)' : candidatePath,
      operation: describeOperation(operation),
      severity: severityOf(operation),
      support,
      heldOutAgreement,
      // The way back from unit vectors is lost as well, which matters to who reads the incumbent's raw ones.
      lossy: lossy || operation.kind === 'l2-normalise',
      detail,
    },
  ];
}

/** An operation in words; the incumbent's value is what it gives. */
export function describeOperation(operation: FieldOperation): string {
  switch (operation.kind) {
    case 'identity':
      return 'rename';
    case 'affine': {
      const { slope, intercept } = operation;
      const shift =
        intercept === 0 ? '' : ` ${intercept < 0 ? '−' : '+'} ${short(Math.abs(intercept))}`;
      return `affine: ${short(slope)} · x${shift}`;
    }
    case 'l2-normalise':
      return 'L2-normalise';
    case 'l2-normalised':
      return 'L2-normalise (the candidate normalises)';
    case 'add-prefix':
    case 'strip-prefix':
      return `${operation.kind.replace('-', ' ')} ${JSON.stringify(operation.prefix)}`;
    case 'epoch-to-iso':
    case 'iso-to-epoch':
      return `${operation.kind.replaceAll('-', ' ')} (${operation.unitMs === 1 ? 'ms' : 's'})`;
    default:
      return operation.kind.replaceAll('-', ' ');
  }
}

function severityOf(operation: FieldOperation): Severity {
  const changed: readonly FieldOperation['kind'][] = ['affine', 'l2-normalise', 'l2-normalised'];
  return changed.includes(operation.kind) ? 'meaning' : 'shape';
}

function short(value: number): string {
  return String(Number(value.toPrecision(6))).replace('-', '−');
}
