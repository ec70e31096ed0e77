import type { DriftVerdict } from './judge-drift.ts';

/** A verdict on drift as one text. */
export function driftSentence({ state, reasons, fresh, vanished }: DriftVerdict): string {
  for (const reason of reasons) {
    if (reason.type === 'interrupted') {
      return 'not every response was captured, so nothing can be said of drift that is gone';
    }
    if (reason.type === 'nothing known') {
      return `no drift was known before, so none is new: ${reason.rows} rows`;
    }
  }
  return state === 'fail'
    ? `${fresh.length} rows of drift are new, ${vanished.length} have vanished`
    : 'the drift is that of the catalogue';
}
