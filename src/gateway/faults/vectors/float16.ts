import { isVictim } from '../draw.ts';
import type { Fault } from '../types.ts';
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
  plant: ({ rate, seed }) => ({
    vectors: (vectors, texts, purpose) =>
      purpose !== 'document'
        ? vectors
        : vectors.map((vector, i) =>
            isVictim(texts[i] ?? '', rate, seed, 'float16') ? toFloat16(vector) : vector,
          ),
  }),
};
