import { loadEncoder } from '../../../../embed/encoder.ts';
import type { Fault } from '../types.ts';
import { mixedEncoder } from './mixed-encoder.ts';

const MAX_TOKENS = 64;

/** A server with a window shorter than the model's: long texts lose their end and nobody is told. */
export const tokenTruncation: Fault = {
  kind: 'token-truncation',
  defaultRate: 1,
  summary: `texts are cut after ${MAX_TOKENS} tokens before they are embedded`,
  rateMeans: 'share of the texts, drawn by their text',
  changes: ['ranking', 'score'],
  component: 'document-vectors',
  corpus: 'workers-200',
  plant: (spec) =>
    mixedEncoder(spec, async (sound, folder) => {
      const maxTokens = Math.min(MAX_TOKENS, sound.maxTokens);
      const encoder = await loadEncoder(folder, { maxTokens });
      return { embed: (texts) => encoder.embed(texts, 'raw'), close: () => encoder.close() };
    }),
};
