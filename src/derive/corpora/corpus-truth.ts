import { join } from 'node:path';
import { hashCorpus } from '../../corpus/hash.ts';
import type { ImportMetric } from '../../corpus/import/types.ts';
import { loadCorpus } from '../../corpus/load.ts';
import type { Corpus } from '../../corpus/types.ts';
import { type LintInput, type LintReport, lintTruth } from '../../truth/lint.ts';
import { type ComputedTruth, computeTruth } from '../run/compute-truth.ts';
import { compareGiven, type GivenComparison } from './compare-given.ts';
import type { CorpusVectors } from './corpus-vectors.ts';
import { readGivenTruth, TRUTH_FOLDER } from './given-truth.ts';

type Hashes = NonNullable<LintInput['hashes']>;

/** Vectors with the hashes of the files they came from, if any. */
export interface HashedVectors extends CorpusVectors {
  readonly hashes?: Hashes;
}

/** Truth of a corpus, or why there is none. */
export interface CorpusTruth {
  /** Null where files are not those the manifest names. */
  readonly corpus: Corpus | null;
  readonly vectors: CorpusVectors | null;
  /** Null where the linter found an error. */
  readonly truth: ComputedTruth | null;
  readonly lint: LintReport;
  /** Null where no ground truth came with the corpus, or none could be computed. */
  readonly given: GivenComparison | null;
}

/**
 * Lints a corpus and its vectors and, where nothing is wrong, computes exact truth and holds a ground
 * truth that came with the corpus against it. The linter comes first: nothing is computed from files or
 * vectors that cannot be trusted.
 * @throws UsageError for a corpus or a ground truth that cannot be read
 */
export async function corpusTruth(options: {
  readonly folder: string;
  readonly k: number;
  readonly vectors: (corpus: Corpus) => Promise<HashedVectors>;
  /** Metric of the ground truth that came with the corpus, where its own file does not say. */
  readonly metric: ImportMetric | null;
  readonly signal: AbortSignal;
}): Promise<CorpusTruth> {
  const { folder, k, signal } = options;
  const hashes: Hashes = (await hashCorpus(folder)).flatMap(({ file, sha256, pinned }) =>
    pinned === null ? [] : [{ name: file, expected: pinned, actual: sha256 }],
  );
  const nothing = { corpus: null, vectors: null, truth: null, given: null };
  const files = lintTruth({ documents: [], k, hashes });
  if (isBroken(files)) return { ...nothing, lint: files };
  const corpus = await loadCorpus(folder);
  const vectors = await options.vectors(corpus);
  const input: LintInput = {
    documents: [vectors.documents],
    queries: vectors.queries,
    corpus,
    k,
    hashes: [...hashes, ...(vectors.hashes ?? [])],
  };
  const first = lintTruth(input);
  if (isBroken(first)) return { ...nothing, corpus, vectors, lint: first };
  const { documents, queries } = vectors;
  const truth = await computeTruth(corpus, corpus.queries, documents, queries, k, signal);
  const lint = lintTruth({ ...input, truth: truth.lists, queryIds: queries.ids });
  const given = await readGivenTruth(join(folder, TRUTH_FOLDER), {
    queries: queries.ids.length,
    documents: documents.ids.length,
  });
  const scoreOf = (query: number, key: string) => truth.exactScore(queries.ids[query] ?? '', key);
  return {
    corpus,
    vectors,
    truth,
    lint,
    given:
      given === null
        ? null
        : compareGiven(
            { ...given, metric: options.metric ?? given.metric },
            documents,
            queries,
            truth.lists,
            scoreOf,
            k,
          ),
  };
}

/** Whether the linter found what makes the truth unusable. */
export function isBroken({ findings }: LintReport): boolean {
  return findings.some(({ severity }) => severity === 'error');
}
