import { drawStream, drawVictims } from '../draw.ts';
import type { Fault } from '../types.ts';
import { nearestFirst } from './nearest-first.ts';

/** Greatest lift in cosine; each document has its own share of it. */
const BOOST = 0.05;
/** How many times as many rows are looked at, so that a boosted row can come from below. */
const LOOK = 4;

/** A field that no answer shows, such as a paid rank, lifts some documents whatever is asked. */
export const hiddenBoost: Fault = {
  kind: 'hidden-boost',
  defaultRate: 0.2,
  summary: 'documents score up to 0.05 better by a field that nobody sees',
  rateMeans: 'share of the documents of each collection',
  changes: ['ranking', 'score'],
  component: 'unexplained',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const lifts = new Map<string, ReadonlyMap<string, number>>();
    return {
      documents: (collection, documents) => {
        const victims = drawVictims(documents.length, rate, seed, `hidden-boost ${collection}`);
        const draw = drawStream(seed, `hidden-boost lifts ${collection}`);
        const lifted = documents.filter((_, position) => victims.has(position));
        lifts.set(collection, new Map(lifted.map(({ id }) => [id, BOOST * draw()])));
        return documents;
      },
      plan: (plan) => ({ ...plan, perCollectionK: LOOK * plan.perCollectionK }),
      merged: (hits, { nearest }) => {
        const sign = nearest === 'highest' ? 1 : -1;
        const scored = hits.map((hit) => {
          const lift = lifts.get(hit.collection)?.get(hit.id);
          return lift === undefined ? hit : { ...hit, score: hit.score + sign * lift };
        });
        return nearestFirst(scored, nearest);
      },
    };
  },
};
