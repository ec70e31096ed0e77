import type { Tone } from '../model.ts';

const MARKS: Readonly<Record<Tone, readonly [sign: string, ascii: string]>> = {
  good: ['✓', '+'],
  bad: ['✕', 'x'],
  unsure: ['?', '?'],
  neutral: ['·', '.'],
};

/** One character for a tone, so that colour is never needed. */
export function markOf(tone: Tone, { ascii }: { readonly ascii: boolean }): string {
  return MARKS[tone][ascii ? 1 : 0];
}
