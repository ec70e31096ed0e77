import type { Tone } from '../tone.ts';
import type { Picture } from './picture.ts';

/** One check as pictures count it. */
export interface CountedCheck {
  /** What it belongs to. */
  readonly group: string;
  readonly state: string;
  readonly tone: Tone;
}

const ORDER: readonly Tone[] = ['good', 'neutral', 'unsure', 'bad'];

/** Checks of each group by what they came to: what does not hold stands at the right end. */
export function checksPicture(title: string, checks: readonly CountedCheck[]): Picture {
  const groups = Map.groupBy(checks, ({ group }) => group);
  return {
    kind: 'picture',
    title,
    caption: `${checks.length} in all`,
    chart: {
      kind: 'parts',
      rows: [...groups].map(([name, entries]) => ({
        name,
        parts: [...Map.groupBy(entries, ({ state }) => state)]
          .map(([state, of]) => ({ name: state, tone: of[0]?.tone ?? 'neutral', count: of.length }))
          .toSorted((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone)),
      })),
    },
  };
}
