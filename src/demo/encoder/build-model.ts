import { createHash } from 'node:crypto';
import { counted } from '../../counted.ts';
import { addScaled, lengthOf, type Vectors } from './algebra/linear-algebra.ts';
import { countWords } from './counts.ts';
import { encoderGraph } from './graph.ts';
import { positiveMutualInformation } from './ppmi.ts';
import type { Recipe } from './recipe.ts';
import { createTokenTable } from './token-table.ts';
import { tokenizerFile } from './tokenizer-file.ts';
import { createVocabulary } from './vocabulary.ts';
import { factorise } from './word-vectors.ts';
import { wordsOf } from './words.ts';

/** The files of a model by their path in its folder. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/** Where the texts come from that a model is trained on. */
export interface TrainingSource {
  readonly texts: (count: number, seed: number) => Iterable<string>;
  /** Words and phrases that people will ask for: their misspellings get word pieces. */
  readonly terms: readonly string[];
}

/**
 * Builds the whole model; the same recipe and source give the same bytes on every machine, since only
 * the operations that IEEE 754 defines exactly are used, in a fixed order.
 * `onProgress` is told the name of each stage as it begins.
 */
export function buildModel(
  recipe: Recipe,
  source: TrainingSource,
  onProgress: (stage: string) => void = () => {},
): ModelFiles {
  onProgress(`counting words in ${counted(recipe.textCount, 'text')}`);
  const texts = Array.from(source.texts(recipe.textCount, recipe.seed), wordsOf);
  const counts = countWords(texts, recipe);
  onProgress(`factorising the association of ${counts.words.length} words`);
  const association = positiveMutualInformation(
    counts.together,
    counts.words.length,
    recipe.shiftBits,
  );
  const learned = centredAndScaled(
    factorise(association, { ...recipe, rank: recipe.dimension - 1 }),
  );
  onProgress('choosing word pieces');
  const vocabulary = createVocabulary(counts, new Set(source.terms.flatMap(wordsOf)), recipe);
  onProgress('placing tokens');
  const table = createTokenTable(vocabulary, counts, learned, recipe);
  const files = new Map<string, Uint8Array>([
    ['encoder.json', json(settingsFile(recipe))],
    ['onnx/model.onnx', encoderGraph(table)],
    ['tokenizer.json', json(tokenizerFile(vocabulary))],
  ]);
  files.set('build.json', json(sidecar(recipe, files)));
  return files;
}

/** Takes away what all words share, and makes 1 the median length. */
function centredAndScaled(vectors: Vectors): Vectors {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) addScaled(mean, vector, 1 / vectors.length);
  for (const vector of vectors) addScaled(vector, mean, -1);
  const lengths = Float64Array.from(vectors, lengthOf).sort();
  const median = lengths[lengths.length >> 1] ?? 1;
  return vectors.map((vector) => vector.map((value) => value / median));
}

function settingsFile(recipe: Recipe) {
  return {
    name: 'retrieval-parity-demo',
    description:
      'A small encoder of one generated domain, for the demo and the tests; says nothing about quality.',
    dimension: recipe.dimension,
    pooling: 'none',
    output: 'sentence_embedding',
    prefixes: { query: '', document: '' },
    normalise: false,
    maxTokens: recipe.maxTokens,
    batchSize: 64,
  };
}

function sidecar(recipe: Recipe, files: ModelFiles) {
  return {
    command: `bench encoder build --seed ${recipe.seed}`,
    recipe,
    sha256: Object.fromEntries(
      [...files].map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]),
    ),
  };
}

function json(value: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}
