import { drawVictims } from '../draw.ts';
import type { Fault } from '../types.ts';
import { mixedText } from './former-texts.ts';

/** Documents that were deleted where they came from and are still in the index. */
export const extra: Fault = {
  kind: 'extra',
  defaultRate: 0.05,
  summary: 'deleted documents are still in the index',
  rateMeans: 'share of the documents of each collection that comes on top',
  changes: ['ranking', 'contract'],
  component: 'membership',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => ({
    documents: (collection, documents) => {
      const victims = drawVictims(documents.length, rate, seed, `extra ${collection}`);
      const ghosts = [...victims].map((position) => {
        const like = documents[position];
        const other = documents[(position + 1) % documents.length];
        if (like === undefined || other === undefined) return [];
        return [{ ...like, id: `deleted-${like.id}`, text: mixedText(like.text, other.text) }];
      });
      return [...documents, ...ghosts.flat()];
    },
  }),
};
