import { drawVictims } from '../draw.ts';
import type { Fault } from '../types.ts';
import { formerTexts } from './former-texts.ts';

/** Documents whose last change never arrived: text and vector are of what the id stood for before. */
export const staleText: Fault = {
  kind: 'stale-text',
  defaultRate: 0.1,
  summary: 'documents have the text, and so the vector, of a former version',
  rateMeans: 'share of the documents of each collection',
  changes: ['ranking', 'score'],
  component: 'membership',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => ({
    documents: (collection, documents) =>
      formerTexts(
        documents,
        drawVictims(documents.length, rate, seed, `stale-text ${collection}`),
        seed,
        `stale-text ${collection}`,
      ),
  }),
};
