import type { Fault } from '../types.ts';
import { shareOfCollections } from './share-of-collections.ts';

/** Raw vectors under the euclidean distance: what is short comes near. */
export const euclidean: Fault = {
  kind: 'euclidean',
  defaultRate: 1,
  summary: 'the index ranks raw vectors by euclidean distance',
  rateMeans: 'share of the collections',
  changes: ['ranking', 'score'],
  component: 'metric',
  corpus: 'workers-200',
  plant: (spec) =>
    shareOfCollections(spec, (settings) => ({ ...settings, space: 'l2', normalised: 'none' })),
};
