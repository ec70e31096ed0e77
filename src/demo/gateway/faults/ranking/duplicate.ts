import { drawStream } from '../draw.ts';
import type { Fault } from '../types.ts';

/** The nearest row comes twice and pushes the last one out. */
export const duplicate: Fault = {
  kind: 'duplicate',
  defaultRate: 1,
  summary: 'the first row comes twice and the last is lost',
  rateMeans: 'share of the answers',
  changes: ['ranking', 'contract'],
  component: 'truncation',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const draw = drawStream(seed, 'duplicate');
    return {
      hits: (hits) =>
        draw() < rate && hits.length > 1 ? [...hits.slice(0, 1), ...hits.slice(0, -1)] : hits,
    };
  },
};
