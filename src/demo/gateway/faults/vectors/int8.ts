import type { Fault } from '../types.ts';
import { eachDocumentVector } from './each-document.ts';
import { toInt8 } from './rounding.ts';

/** Vectors are kept in 8 bits and ranked as they are, without looking at the full ones again. */
export const int8: Fault = {
  kind: 'int8',
  defaultRate: 1,
  summary: 'the index holds vectors in 8 bits, scaled by the greatest component of each',
  rateMeans: 'share of the documents, drawn by their text',
  changes: ['ranking', 'score'],
  component: 'document-vectors',
  corpus: 'workers-200',
  plant: (spec) => ({
    vectors: eachDocumentVector(spec, (vector, isHit) => (isHit ? toInt8(vector) : vector)),
  }),
};
