import { loadSession } from '../../../../embed/session.ts';
import { readSettings } from '../../../../embed/settings.ts';
import { loadTokenizer } from '../../../../embed/tokens.ts';
import type { Fault } from '../types.ts';
import { mixedEncoder, type OtherEncoder } from './mixed-encoder.ts';

/** The right model and tokens, and the greatest value of each dimension where there should be the mean. */
export const wrongPooling: Fault = {
  kind: 'wrong-pooling',
  defaultRate: 1,
  summary: 'token vectors are pooled by their maximum and not by their mean',
  rateMeans: 'share of the texts, drawn by their text',
  changes: ['ranking', 'score'],
  component: 'embedder',
  corpus: 'workers-200',
  plant: (spec) => mixedEncoder(spec, (_sound, folder) => maxPooling(folder)),
};

async function maxPooling(folder: string): Promise<OtherEncoder> {
  const settings = await readSettings(folder);
  const tokenizer = await loadTokenizer(folder, settings.maxTokens);
  const session = await loadSession(folder, settings.output, 1);
  const embedOne = async (text: string): Promise<Float32Array> => {
    const ids = tokenizer.encode(text);
    const whole = await session.run([ids], tokenizer.padId);
    if (whole.shape.length === 3) return greatest(whole.values, whole.shape[2] ?? 0);
    // A graph that pools by itself gives a token's vector for a text of that token alone.
    const singles = await session.run(
      ids.map((id) => [id]),
      tokenizer.padId,
    );
    return greatest(singles.values, singles.shape[1] ?? 0);
  };
  return {
    embed: async (texts) => {
      const vectors: Float32Array[] = [];
      for (const text of texts) vectors.push(await embedOne(text));
      return vectors;
    },
    close: () => session.close(),
  };
}

/** The greatest value of each dimension over row-major token vectors. */
function greatest(values: Float32Array, dimension: number): Float32Array {
  const most = values.slice(0, dimension);
  for (let from = dimension; from < values.length; from += dimension) {
    for (let d = 0; d < dimension; d++) {
      most[d] = Math.max(most[d] ?? 0, values[from + d] ?? 0);
    }
  }
  return most;
}
