import { drawVictims } from '../draw.ts';
import type { Fault } from '../types.ts';
import { formerTexts } from './former-texts.ts';

/** Documents that changed and were not embedded again: the text is new and the vector is not. */
export const staleVectors: Fault = {
  kind: 'stale-vectors',
  defaultRate: 0.1,
  summary: 'documents are indexed under the vector of a former version of their text',
  rateMeans: 'share of the documents of each collection',
  changes: ['ranking', 'score'],
  component: 'membership',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => ({
    embedded: (collection, documents) =>
      formerTexts(
        documents,
        drawVictims(documents.length, rate, seed, `stale-vectors ${collection}`),
        seed,
        `stale-vectors ${collection}`,
      ),
  }),
};
