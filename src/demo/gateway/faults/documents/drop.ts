import { drawVictims } from '../draw.ts';
import type { Fault } from '../types.ts';

/** Documents that never reach the index: the commonest damage of a migration. */
export const drop: Fault = {
  kind: 'drop',
  defaultRate: 0.05,
  summary: 'documents are missing from the index',
  rateMeans: 'share of the documents of each collection',
  changes: ['ranking', 'contract'],
  component: 'membership',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => ({
    documents: (collection, documents) => {
      const victims = drawVictims(documents.length, rate, seed, `drop ${collection}`);
      return documents.filter((_, position) => !victims.has(position));
    },
  }),
};
