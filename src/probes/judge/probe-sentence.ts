import { counted } from '../../counted.ts';
import type { ProbeFindings } from '../find/findings.ts';
import { checkCounts, type ProbeReason, type ProbeVerdict } from './judge-probe.ts';

/** A verdict of a probe as one short line, e.g. `PASS 5/5 cos=1.000`. */
export function probeLine(
  { agree, of, remark }: Pick<ProbeFindings, 'agree' | 'of' | 'remark'>,
  { state }: Pick<ProbeVerdict, 'state'>,
): string {
  return `${state.toUpperCase()} ${agree}/${of}${remark === '' ? '' : ` ${remark}`}`;
}

/** A verdict of a probe as one text. */
export function probeSentence(findings: ProbeFindings, { state, reasons }: ProbeVerdict): string {
  const { same, drift } = checkCounts(findings);
  if (state === 'pass') {
    return `${counted(same + drift, 'check agrees', 'checks agree')}${drift === 0 ? '' : `, ${drift} of them with drift`}.`;
  }
  return `${reasons.length === 0 ? 'nothing could be compared' : reasons.map(textOf).join('; ')}.`;
}

function textOf(reason: ProbeReason): string {
  if (reason.type === 'gate') return `${reason.gate.name} (${reason.gate.reason})`;
  const { state, count, first } = reason;
  const what =
    state === 'fail'
      ? counted(count, 'check fails', 'checks fail')
      : `${counted(count, 'check')} could not be made`;
  return `${what}, first ${first.name}${first.note === '' ? '' : `: ${first.note}`}`;
}
