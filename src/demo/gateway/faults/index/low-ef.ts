import type { Fault } from '../types.ts';
import { shareOfCollections } from './share-of-collections.ts';

/**
 * A good graph that is searched too narrowly: as many candidates as rows are asked for. Over 10,000
 * workers that loses a quarter of the ten nearest, over 200 a hundredth.
 */
export const lowEf: Fault = {
  kind: 'low-ef',
  defaultRate: 1,
  summary: 'the graph is searched with efSearch = k',
  rateMeans: 'share of the collections',
  changes: ['ranking'],
  component: 'index',
  corpus: 'workers-10k',
  plant: (spec) =>
    shareOfCollections(spec, (settings) => ({
      ...settings,
      // Both gateways go on until they have k rows.
      efSearch: 1,
      // So many workers are to be searched through a graph on every gateway.
      scanRows: Math.min(settings.scanRows, 1000),
    })),
};
