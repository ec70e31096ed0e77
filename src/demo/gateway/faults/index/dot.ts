import type { Fault } from '../types.ts';
import { shareOfCollections } from './share-of-collections.ts';

/** Raw vectors under the inner product: what is long comes near. */
export const dotFault: Fault = {
  kind: 'dot',
  defaultRate: 1,
  summary: 'the index ranks raw vectors by inner product',
  rateMeans: 'share of the collections',
  changes: ['ranking', 'score'],
  component: 'metric',
  corpus: 'workers-200',
  plant: (spec) =>
    shareOfCollections(spec, (settings) => ({ ...settings, space: 'ip', normalised: 'none' })),
};
