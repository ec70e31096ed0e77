import type { CutoverVerdict } from './judge-cutover.ts';

/** A verdict on a frontend as one text. */
export function cutoverSentence({ state, reasons, gates }: CutoverVerdict): string {
  if (state === 'pass') {
    return gates.some(({ kind }) => kind.property === 'confined')
      ? 'the cutover is additive, unchanged, reversible, isolated, confined and separate'
      : 'the cutover is additive, unchanged, reversible, isolated and separate';
  }
  if (state === 'fail') {
    const broken = reasons.flatMap((reason) =>
      reason.type === 'gate' ? [reason.gate.kind.property] : [],
    );
    return `the cutover is not ${[...new Set(broken)].join(', ')}`;
  }
  const unproved = reasons.flatMap((reason) =>
    reason.type === 'unproved' ? [reason.property] : [],
  );
  if (unproved.length > 0) return `nothing proves that the cutover is ${unproved.join(', ')}`;
  return reasons.some(({ type }) => type === 'interrupted')
    ? 'not everything was looked at'
    : 'some checks have no clear answer';
}
