import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';
import { nearestFirst } from './nearest-first.ts';

/** Rows that are equally near come in the order of their insertion, latest first. */
export const tieOrder: Fault = {
  kind: 'tie-order',
  defaultRate: 1,
  summary: 'equally near rows come by insertion, latest first',
  rateMeans: 'share of the answers',
  changes: ['none'],
  component: 'order',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'tie-order');
    const inserted = new Map<string, ReadonlyMap<string, number>>();
    return {
      documents: (collection, documents) => {
        inserted.set(collection, new Map(documents.map(({ id }, position) => [id, position])));
        return documents;
      },
      // One more, since the last row may have an equal behind it.
      plan: (plan) => ({ ...plan, perCollectionK: plan.perCollectionK + 1 }),
      merged: (hits, { nearest }) =>
        draw() >= rate
          ? hits
          : nearestFirst(
              hits,
              nearest,
              ({ collection, id }) => -(inserted.get(collection)?.get(id) ?? 0),
            ),
    };
  },
};
