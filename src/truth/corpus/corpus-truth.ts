import { join } from 'node:path';
import { keysOf } from '../../corpus/document-key.ts';
import { hashCorpus } from '../../corpus/hash.ts';
import { loadCorpus } from '../../corpus/load.ts';
import type { Corpus, CorpusMetric } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import {
  readWholeTable,
  type StoredTable,
  type StoredVectors,
} from '../../record/vectors/stored-vectors.ts';
import {
  type LintInput,
  type LintReport,
  lintSurveyed,
  lintTruth,
  type SurveyedInput,
} from '../lint/lint.ts';
import { surveyVectors, type VectorFacts, VectorSurvey } from '../lint/survey.ts';
import { type MetricSpace, metricSpace } from '../metric-space.ts';
import type { TruthList } from '../types.ts';
import { compareGiven, type GivenComparison } from './compare-given.ts';
import { idChecker } from './corpus-vectors.ts';
import { readGivenTruth, TRUTH_FOLDER } from './given-truth.ts';
import { type CorpusSearchOptions, searchCorpus } from './search-corpus.ts';

type Hashes = NonNullable<LintInput['hashes']>;

/** Truth of a corpus, or why there is none. */
export interface CorpusTruth {
  /** Null where files are not those the manifest names. */
  readonly corpus: Corpus | null;
  readonly vectors: StoredVectors | null;
  /** Keys of all documents in the order that row numbers count. */
  readonly documentKeys: readonly string[];
  readonly queryIds: readonly string[];
  /** Exact lists, one a query; null where the linter found an error. */
  readonly lists: readonly TruthList[] | null;
  /** What their scores mean; null where there are none. */
  readonly space: MetricSpace | null;
  /** The queries' own vectors; null where there are no lists. */
  readonly queryVectors: VectorTable | null;
  readonly lint: LintReport;
  /** Null where no ground truth came with the corpus, or none could be computed. */
  readonly given: GivenComparison | null;
}

/** What truth is asked of a corpus. */
export interface CorpusTruthRequest extends CorpusSearchOptions {
  readonly folder: string;
  readonly vectors: (corpus: Corpus) => Promise<StoredVectors>;
  /** Metric of the ground truth that came with the corpus, where its own file does not say. */
  readonly metric: CorpusMetric | null;
}

/**
 * Lints a corpus and its vectors and, where nothing is wrong, computes exact truth and holds a ground
 * truth that came with the corpus against it. The linter comes first: nothing is computed from files or
 * vectors that cannot be trusted. Vectors of documents are read file by file, twice: for the linter, and for the
 * search.
 * @throws UsageError for a corpus, vectors or a ground truth that cannot be read
 */
export async function corpusTruth(request: CorpusTruthRequest): Promise<CorpusTruth> {
  const { folder, k } = request;
  const corpusHashes: Hashes = (await hashCorpus(folder)).flatMap(({ file, sha256, pinned }) =>
    pinned === null ? [] : [{ name: file, expected: pinned, actual: sha256 }],
  );
  const nothing = {
    documentKeys: [],
    queryIds: [],
    lists: null,
    space: null,
    queryVectors: null,
    given: null,
  };
  const files = lintTruth({ documents: [], k, hashes: corpusHashes });
  if (isBroken(files)) return { ...nothing, corpus: null, vectors: null, lint: files };
  const corpus = await loadCorpus(folder);
  const vectors = await request.vectors(corpus);
  const surveyed = await surveyCorpus(corpus, vectors, request);
  const { facts, queries, hashes } = surveyed;
  const keys = facts.ids;
  const input: SurveyedInput = {
    documents: facts,
    queries: surveyVectors([queries], { duplicates: false }),
    corpus,
    k,
    hashes: [...corpusHashes, ...hashes],
  };
  const known = { corpus, vectors, documentKeys: keys, queryIds: queries.ids };
  const first = lintSurveyed(input);
  if (isBroken(first)) {
    return { ...known, lists: null, space: null, queryVectors: null, given: null, lint: first };
  }
  const space = metricSpace(corpus.metric ?? 'cosine', facts.longestSquare);
  const lists = await searchCorpus({ corpus, vectors, queries, facts, space }, request);
  const lint = lintSurveyed({ ...input, truth: lists, queryIds: queries.ids });
  const given = await readGivenTruth(join(folder, TRUTH_FOLDER), {
    queries: queries.ids.length,
    documents: keys.length,
  });
  return {
    ...known,
    lists,
    queryVectors: queries,
    lint,
    space,
    given:
      given === null
        ? null
        : await compareGiven({
            given: { ...given, metric: request.metric ?? given.metric },
            metric: space.metric,
            documentKeys: keys,
            documents: vectors.documents,
            queries,
            lists,
            k,
          }),
  };
}

/** Whether the linter found what makes the truth unusable. */
export function isBroken({ findings }: LintReport): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

interface Surveyed {
  readonly facts: VectorFacts;
  readonly queries: VectorTable;
  readonly hashes: Hashes;
}

/** One pass over all files of vectors: their hashes, ids and what the linter needs to know. */
async function surveyCorpus(
  corpus: Corpus,
  { documents, queries, folder }: StoredVectors,
  { progress, signal }: CorpusTruthRequest,
): Promise<Surveyed> {
  const hashes: Hashes[number][] = [];
  const readAll = async (
    { blocks }: StoredTable,
    check: ReturnType<typeof idChecker>,
    take: (table: VectorTable) => void,
  ) => {
    for (const block of blocks) {
      signal.throwIfAborted();
      const { table, sha256 } = await block.readHashed();
      hashes.push({ name: block.name, expected: block.sha256, actual: sha256 });
      check.take(table.ids);
      take(table);
      progress.tick(table.ids.length);
    }
    check.end();
  };
  progress.stage('checking vectors', documents.rowCount + queries.rowCount);
  const survey = new VectorSurvey({ duplicates: true });
  await readAll(documents, idChecker(keysOf(corpus.collections), 'document', folder), (table) =>
    survey.add(table),
  );
  const queryIds = corpus.queries.map(({ id }) => id);
  const parts: VectorTable[] = [];
  await readAll(queries, idChecker(queryIds, 'query', folder), (table) => parts.push(table));
  const [only] = parts;
  const table = only !== undefined && parts.length === 1 ? only : await readWholeTable(queries);
  return { facts: survey.facts(), queries: table, hashes };
}
