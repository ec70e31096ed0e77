import { z } from 'zod';
import type { JournalEvent } from './run/journal.ts';
import type { Side } from './types.ts';

/** Texts of which a side embedded no more than the beginning, by side; a side that cut none is absent. */
export type CutTexts = Readonly<Partial<Record<Side, number>>>;

const eventSchema = z.looseObject({
  event: z.literal('texts-cut'),
  side: z.enum(['incumbent', 'candidate']),
  texts: z.int().nonnegative(),
});

/** What the journal of a run says of texts that were cut, in lines of documents and of queries. */
export function cutTextsOf(journal: readonly JournalEvent[]): CutTexts {
  const cut: Partial<Record<Side, number>> = {};
  for (const event of journal) {
    const { data } = eventSchema.safeParse(event);
    if (data !== undefined) cut[data.side] = (cut[data.side] ?? 0) + data.texts;
  }
  return cut;
}

/** The line of a journal that says so. */
export function cutTextsEvent(side: Side, texts: number): z.output<typeof eventSchema> {
  return { event: 'texts-cut', side, texts };
}
