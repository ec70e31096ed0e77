import type { Fault } from '../types.ts';
import { eachDocumentVector } from './each-document.ts';
import { toFloat16 } from './rounding.ts';

/** Vectors are kept at half precision: eleven bits, far below what tells documents apart. */
export const float16: Fault = {
  kind: 'float16',
  defaultRate: 1,
  summary: 'the index holds vectors at half precision',
  rateMeans: 'share of the documents, drawn by their text',
  changes: ['none'],
  component: 'document-vectors',
  corpus: 'workers-200',
  plant: (spec) => ({
    vectors: eachDocumentVector(spec, (vector, isHit) => (isHit ? toFloat16(vector) : vector)),
  }),
};
