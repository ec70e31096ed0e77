import { counted, firstNamed } from '../../counted.ts';
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
  const told = [
    ...reasons.flatMap((reason) => (reason.type === 'gate' ? [] : [checksText(reason)])),
    ...gateTexts(reasons.flatMap((reason) => (reason.type === 'gate' ? [reason.gate] : []))),
  ];
  return `${told.length === 0 ? 'nothing could be compared' : told.join('; ')}.`;
}

/** Gates that are named of those that have one reason; the others are counted. */
const NAMED = 3;

/** Gates with their reasons: one that several have is said once. */
function gateTexts(gates: readonly { readonly name: string; readonly reason: string }[]): string[] {
  return [...Map.groupBy(gates, ({ reason }) => reason)].map(([reason, alike]) => {
    const names = alike.map(({ name }) => name);
    return `${firstNamed(names, NAMED)} (${reason})`;
  });
}

function checksText(reason: Exclude<ProbeReason, { type: 'gate' }>): string {
  const { state, count, first } = reason;
  const what =
    state === 'fail'
      ? counted(count, 'check fails', 'checks fail')
      : `${counted(count, 'check')} could not be made`;
  return `${what}, first ${first.name}${first.note === '' ? '' : `: ${first.note}`}`;
}
