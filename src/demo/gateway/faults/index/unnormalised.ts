import { unitVector } from '../../vectors.ts';
import type { Fault } from '../types.ts';
import { eachDocumentVector } from '../vectors/each-document.ts';

/** An inner product that relies on unit vectors, and a loader that no longer makes them. */
export const unnormalised: Fault = {
  kind: 'unnormalised',
  defaultRate: 1,
  summary: 'the index ranks by inner product and documents are not normalised before',
  rateMeans: 'share of the documents, drawn by their text',
  changes: ['ranking', 'score'],
  component: 'metric',
  corpus: 'workers-200',
  plant: (spec) => ({
    vectors: eachDocumentVector(spec, (vector, isHit) => (isHit ? vector : unitVector(vector))),
    index: (settings) => ({ ...settings, space: 'ip', normalised: 'queries' }),
  }),
};
