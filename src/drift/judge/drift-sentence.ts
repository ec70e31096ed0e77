import { counted } from '../../counted.ts';
import type { DriftVerdict } from './judge-drift.ts';

/** A verdict on drift as one text. */
export function driftSentence({ state, reasons, fresh, vanished }: DriftVerdict): string {
  for (const reason of reasons) {
    if (reason.type === 'interrupted') {
      return 'not every response was captured, so nothing can be said of drift that is gone';
    }
    if (reason.type === 'nothing known') {
      return `no drift was known before, so none is new: ${counted(reason.rows, 'row')}`;
    }
  }
  const unanswered = reasons.flatMap((reason) =>
    reason.type === 'gate' && reason.gate.kind.type === 'answers'
      ? [`${reason.gate.kind.endpoint}: ${reason.gate.reason}`]
      : [],
  );
  const changed = fresh.length + vanished.length > 0;
  const said = [
    ...unanswered,
    ...(changed
      ? [
          `${counted(fresh.length, 'row of drift is', 'rows of drift are')} new, ${counted(vanished.length, 'has', 'have')} vanished`,
        ]
      : []),
  ];
  return state === 'pass' ? 'the drift is that of the catalogue' : said.join('; ');
}
