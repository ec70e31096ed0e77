import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusCommand } from '../../bench/corpora/corpus.ts';
import { randomStream } from '../../src/stats/random.ts';
import { runCommand } from '../support/run-command.ts';

/** A corpus that carries vectors, in a folder of its own. */
export interface VectorCorpus {
  readonly folder: string;
  readonly corpus: string;
  readonly documents: readonly { readonly id: string; readonly vector: readonly number[] }[];
  readonly queries: readonly { readonly id: string; readonly vector: readonly number[] }[];
  readonly remove: () => Promise<void>;
}

/** Random vectors around some centres, so that an index of few links loses some neighbours. */
export async function vectorCorpus(sizes: {
  readonly documents: number;
  readonly queries: number;
  readonly dimension: number;
}): Promise<VectorCorpus> {
  const random = randomStream(7, 'vector corpus');
  const centres = Array.from({ length: 20 }, () =>
    Array.from({ length: sizes.dimension }, () => random.normal()),
  );
  const rows = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, at) => {
      const centre = random.pick(centres);
      const vector = centre.map((value) => Math.fround(value + random.normal()));
      return { id: `${prefix}${at}`, vector };
    });
  const documents = rows(sizes.documents, 'd');
  const queries = rows(sizes.queries, 'q');
  const folder = await mkdtemp(join(tmpdir(), 'vectors-'));
  const lines = (all: readonly object[]) => all.map((row) => JSON.stringify(row)).join('\n');
  await writeFile(join(folder, 'base.jsonl'), lines(documents));
  await writeFile(join(folder, 'queries.jsonl'), lines(queries));
  const corpus = join(folder, 'corpus');
  const imported = await runCommand(corpusCommand, [
    ...['corpus', 'import', '--from', `documents=${join(folder, 'base.jsonl')}`],
    ...[`queries=${join(folder, 'queries.jsonl')}`, '--out', corpus],
  ]);
  if (imported.code !== 0) throw new Error(imported.stderr);
  return {
    folder,
    corpus,
    documents,
    queries,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** recall@k of lists of ids against the nearest documents by the cosine, all in float64, in the plainest way. */
export function plainRecall(
  { documents, queries }: Pick<VectorCorpus, 'documents' | 'queries'>,
  answers: ReadonlyMap<string, readonly string[]>,
  k: number,
): number {
  const cosine = (a: readonly number[], b: readonly number[]): number => {
    let [ab, aa, bb] = [0, 0, 0];
    for (const [i, x] of a.entries()) {
      const y = b[i] ?? 0;
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return ab / Math.sqrt(aa * bb);
  };
  let sum = 0;
  for (const query of queries) {
    const nearest = documents
      .map(({ id, vector }) => ({ id, score: cosine(query.vector, vector) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, k)
      .map(({ id }) => id);
    const got = new Set(answers.get(query.id));
    sum += nearest.filter((id) => got.has(id)).length / k;
  }
  return sum / queries.length;
}
