import { firstNamed } from '../../counted.ts';
import type { LoadGap, LoadVerdict } from './judge-load.ts';
import { type LoadGate, objectiveName } from './load-gate.ts';

/** Gates that a sentence names; the others are counted. */
const NAMED = 4;

/** A verdict of a load as one text. */
export function loadSentence({ state, reasons, gates }: LoadVerdict): string {
  const named = reasons.flatMap((reason) => (reason.type === 'gate' ? [reason.gate] : []));
  const isFor = (type: string) => reasons.some((reason) => reason.type === type);
  if (isFor('no objective')) {
    return 'no objective is set, so nothing is judged: set one, for example gates.p99.maxMs=50.';
  }
  if (state === 'fail') return `the candidate misses ${listed(named)}.`;
  if (isFor('no rate')) return 'no rate was measured to the end.';
  if (named.length > 0) {
    return `no objective is missed, but could not be decided: ${listed(named)}.`;
  }
  if (isFor('interrupted')) return 'the load was interrupted: not every rate was measured.';
  const rates = new Set(gates.map(({ ratePerSecond }) => `${Math.round(ratePerSecond)}`));
  return `the candidate meets every objective at ${[...rates].join(', ')} requests/s.`;
}

/** A gap as one line. */
export function loadGapLine(gap: LoadGap): string {
  return gap.type === 'recall'
    ? 'recall: answers were not held against exact truth'
    : `gates.${gap.key}: switched off`;
}

function listed(gates: readonly LoadGate[]): string {
  const texts = gates.map(
    ({ kind, ratePerSecond, reason }) =>
      `${objectiveName(kind)} at ${Math.round(ratePerSecond)}/s (${reason})`,
  );
  return firstNamed(texts, NAMED, { between: '; ' });
}
