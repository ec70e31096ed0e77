import type { Fault } from '../types.ts';
import { shareOfCollections } from './share-of-collections.ts';

/** A search that looks at no more candidates than it must return loses some of the nearest. */
export const lowEf: Fault = {
  kind: 'low-ef',
  defaultRate: 1,
  summary: 'the graph has few links and is searched with efSearch = k',
  rateMeans: 'share of the collections',
  changes: ['ranking'],
  component: 'index',
  corpus: 'workers-10k',
  plant: (spec) =>
    shareOfCollections(spec, (settings) => ({
      ...settings,
      m: 4,
      efConstruction: 16,
      efSearch: 1,
      scanRows: 0,
    })),
};
