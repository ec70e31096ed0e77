import { chosen, tuningSplit } from '../chosen.ts';
import type { CollectedCorpus, CollectionRecipe, CollectOptions } from '../types.ts';
import { gloveVectors } from './glove-file.ts';
import type { WordVectors } from './scan-word-vectors.ts';

const QUERIES = 1000;

/** Words up to these ranks of frequency are common, and less common. */
const BANDS = [
  { slice: 'common', upTo: 10_000 },
  { slice: 'less-common', upTo: 100_000 },
  { slice: 'rare', upTo: Number.POSITIVE_INFINITY },
] as const;

/** 341,479 real word vectors as they were published, not normalised; 1,000 held-out words ask. */
export const gloveWords: CollectionRecipe = {
  name: 'glove-words',
  summary:
    'GloVe 6B 100 d: 340,479 words as documents, 1,000 held-out words as queries; no judgments',
  collect: async (options) => {
    options.onStep('fetching and reading GloVe');
    const { vectors, provenance } = await gloveVectors(options.scratch, options.signal);
    return wordsAsCorpus(vectors, options, [provenance]);
  },
};

/** Takes words out as queries, as many of each band of frequency, and leaves the others as documents. */
export function wordsAsCorpus(
  { words, dimension, values }: WordVectors,
  { documents, queries, metric }: Pick<CollectOptions, 'documents' | 'queries' | 'metric'>,
  provenance: CollectedCorpus['provenance'],
): CollectedCorpus {
  const ranked = words.map((word, row) => ({ word, row }));
  const all = typeof documents === 'number' ? ranked.slice(0, documents) : ranked;
  const wanted = queries ?? Math.min(QUERIES, Math.floor(all.length / 10));
  let from = 0;
  const asked = BANDS.flatMap(({ slice, upTo }, at) => {
    // As many of each band; what is over goes to the first ones.
    const perBand = Math.floor((wanted + BANDS.length - 1 - at) / BANDS.length);
    const band = all.slice(from, upTo).filter(({ word }) => /^\p{L}{2,}$/u.test(word));
    from = upTo;
    return chosen(band, perBand, ({ word }) => word).map((one) => ({ ...one, slice }));
  });
  const isAsked = new Set(asked.map(({ row }) => row));
  const found = all.filter(({ row }) => !isAsked.has(row));
  const vectorsOf = (rows: readonly { readonly row: number }[]) => {
    const out = new Float32Array(rows.length * dimension);
    for (const [at, { row }] of rows.entries()) {
      out.set(values.subarray(row * dimension, (row + 1) * dimension), at * dimension);
    }
    return { dimension, values: out };
  };
  return {
    collection: 'words',
    metric: metric ?? 'cosine',
    documents: found.map(({ word, row }) => ({
      id: `w${row}`,
      text: word,
      metadata: { rank: row + 1, letters: [...word].length },
    })),
    queries: asked.map(({ word, row, slice }) => ({
      id: `q${row}`,
      text: word,
      slices: [slice, tuningSplit(word)],
    })),
    judgments: [],
    documentVectors: vectorsOf(found),
    queryVectors: vectorsOf(asked),
    vectorSource: 'GloVe 6B 100 d, a vector a word, as published',
    provenance,
    notes: [],
  };
}
