import { keyOf, keysOf } from '../../corpus/document-key.ts';
import { repeatedQueries } from '../../corpus/needs.ts';
import type { Corpus, CorpusMetric } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import type { VectorTable } from '../../record/types.ts';
import { truthAt } from '../truth-at.ts';
import type { TruthList } from '../types.ts';
import { surveyVectors, type VectorFacts } from './survey.ts';

export type LintSeverity = 'error' | 'warning' | 'info';

export type LintCheck =
  | 'duplicate-id'
  | 'duplicate-vector'
  | 'zero-vector'
  | 'non-finite-vector'
  | 'mixed-dimensions'
  | 'narrow-query'
  | 'query-is-document'
  | 'repeated-query'
  | 'hash-mismatch'
  | 'tie-at-k';

/** One kind of thing that a reader of the truth should know; an `error` makes the truth unusable. */
export interface LintFinding {
  readonly check: LintCheck;
  readonly severity: LintSeverity;
  /** How many, in the unit that the message names. */
  readonly count: number;
  /** At most five of them. */
  readonly examples: readonly string[];
  readonly message: string;
}

/** What is linted beside vectors. Everything but `k` may be left empty; what is not there is not checked. */
interface LintContext {
  readonly corpus?: Pick<Corpus, 'collections' | 'queries' | 'metric'>;
  /** Exact lists with k′ ≥ k; `queryIds[i]` is the query of `truth[i]`. */
  readonly truth?: readonly TruthList[];
  readonly queryIds?: readonly string[];
  readonly k: number;
  /** Hashes that a manifest promises, and those that were found. */
  readonly hashes?: readonly {
    readonly name: string;
    readonly expected: string;
    readonly actual: string;
  }[];
}

/** Whole tables, and what belongs to them. */
export interface LintInput extends LintContext {
  /** Document vectors, one table or one a collection; ids are keys, `collection/id`. */
  readonly documents: readonly VectorTable[];
  readonly queries?: VectorTable;
}

/** Vectors that were surveyed table by table, and what belongs to them. */
export interface SurveyedInput extends LintContext {
  readonly documents: VectorFacts;
  readonly queries?: VectorFacts;
}

/** Highest mean recall@k that any backend could be expected to reach. */
export interface AttainableRecall {
  /** 1 where any query has truth, else null: a perfect backend loses nothing to ties. */
  readonly tieAware: number | null;
  /** By ids alone, for a backend that breaks exact ties blindly; null when no query has truth. */
  readonly idBased: number | null;
  /** Queries in the means. */
  readonly n: number;
  /** Queries without any document to find: their recall is undefined. */
  readonly undefinedCount: number;
}

export interface LintReport {
  readonly findings: readonly LintFinding[];
  readonly attainable: AttainableRecall;
}

/** A query whose best cosine reaches this is taken for a document of the corpus. */
const SAME_COSINE = 1 - 1e-9;
const EXAMPLES = 5;

/** Looks for what makes a truth wrong, undefined or softer than it looks; never throws on bad vectors. */
export function lintTruth(input: LintInput): LintReport {
  const { documents, queries, ...context } = input;
  return lintSurveyed({
    ...context,
    documents: surveyVectors(documents, { duplicates: true }),
    ...(queries === undefined ? {} : { queries: surveyVectors([queries], { duplicates: false }) }),
  });
}

/** As `lintTruth`, of vectors that need not have been in memory together. */
export function lintSurveyed(input: SurveyedInput): LintReport {
  const metric = input.corpus?.metric ?? 'cosine';
  const findings = [
    ...lintVectors(input.documents, 'document', metric),
    ...(input.queries === undefined ? [] : lintVectors(input.queries, 'query', metric)),
    ...lintIds(input),
    ...lintDimensions(input),
    ...lintHashes(input),
    ...lintLists(input),
    ...lintQueries(input),
  ];
  return { findings, attainable: attainableRecall(input.truth ?? [], input.k) };
}

function finding(
  check: LintCheck,
  severity: LintSeverity,
  items: readonly string[],
  message: (count: number) => string,
): LintFinding[] {
  if (items.length === 0) return [];
  const examples = items.slice(0, EXAMPLES);
  return [{ check, severity, count: items.length, examples, message: message(items.length) }];
}

function lintVectors(
  facts: VectorFacts,
  what: 'document' | 'query',
  metric: CorpusMetric,
): LintFinding[] {
  const { zero, nonFinite, duplicates } = facts;
  // No document is nearer to nothing than another by the product; a distance to it is one like any other.
  const isUndefined = metric === 'cosine' || (metric === 'dot' && what === 'query');
  return [
    ...finding(
      'duplicate-vector',
      'warning',
      duplicates.map((group) => group.join(' = ')),
      (n) =>
        `${counted(n, 'group of documents shares', 'groups of documents share')} one vector: they tie on every query`,
    ),
    ...finding('zero-vector', 'warning', isUndefined ? zero : [], (n) =>
      what === 'query'
        ? `${counted(n, 'query has a zero vector: it has', 'queries have a zero vector: they have')} no truth`
        : `${counted(n, 'document has a zero vector: it has no cosine and is', 'documents have a zero vector: they have no cosine and are')} in no truth list`,
    ),
    ...finding(
      'non-finite-vector',
      'error',
      nonFinite,
      (n) =>
        `${what === 'query' ? counted(n, 'query has', 'queries have') : counted(n, 'document has', 'documents have')} NaN or Infinity in the vector`,
    ),
  ];
}

function lintIds({ documents, corpus }: SurveyedInput): LintFinding[] {
  const inCorpus = keysOf(corpus?.collections ?? []);
  const twice = new Set([...repeated(documents.ids), ...repeated(inCorpus)]);
  return finding(
    'duplicate-id',
    'error',
    [...twice],
    (n) => `${counted(n, 'document id occurs', 'document ids occur')} twice or more`,
  );
}

function repeated(ids: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const id of ids) (seen.has(id) ? again : seen).add(id);
  return again;
}

function lintDimensions({ documents, queries }: SurveyedInput): LintFinding[] {
  const all = [...documents.dimensions, ...(queries?.dimensions ?? [])];
  const dimensions = [...new Set(all.map(String))];
  const torn = [...documents.torn, ...(queries?.torn ?? [])];
  return [
    ...finding(
      'mixed-dimensions',
      'error',
      dimensions.length > 1 ? dimensions : [],
      (n) => `vectors have ${n} different dimensions`,
    ),
    ...finding(
      'mixed-dimensions',
      'error',
      torn,
      (n) => `${counted(n, 'table does', 'tables do')} not hold one whole row an id`,
    ),
  ];
}

function lintHashes({ hashes = [] }: LintContext): LintFinding[] {
  const wrong = hashes
    .filter(({ expected, actual }) => expected !== actual)
    .map(({ name, expected, actual }) => `${name}: expected ${expected}, found ${actual}`);
  return finding(
    'hash-mismatch',
    'error',
    wrong,
    (n) =>
      `${counted(n, 'file is not the one that', 'files are not the ones that')} the manifest names`,
  );
}

/** Queries that ask the same in the same words: one need, whatever their ids. */
function lintQueries({ corpus }: LintContext): LintFinding[] {
  const queries = corpus?.queries ?? [];
  const needOf = new Map(queries.map(({ id, need }) => [id, need]));
  const apart: string[] = [];
  const together: string[] = [];
  for (const [first = '', ...others] of repeatedQueries(queries)) {
    for (const id of others) {
      (needOf.get(id) === needOf.get(first) ? together : apart).push(`${id} = ${first}`);
    }
  }
  return [
    ...finding('repeated-query', 'warning', apart, (n) =>
      counted(
        n,
        'query repeats the text of another and is a need of its own',
        'queries repeat the text of another and are needs of their own',
      ),
    ),
    ...finding('repeated-query', 'info', together, (n) =>
      counted(
        n,
        'query repeats the text of another: it is one need with it',
        'queries repeat the text of another: they are one need with it',
      ),
    ),
  ];
}

function lintLists({ truth = [], queryIds = [], corpus, k }: LintContext): LintFinding[] {
  const name = (query: number) => queryIds[query] ?? `#${query}`;
  const narrow: string[] = [];
  const tied: string[] = [];
  const known = new Map<string, string>();
  const byText = new Map<string, string>();
  for (const { name: collection, documents } of corpus?.collections ?? []) {
    for (const { id, text, textless } of documents) {
      if (textless !== true) byText.set(text, keyOf(collection, id));
    }
  }
  for (const { id, text, excluded } of corpus?.queries ?? []) {
    const key = byText.get(text);
    const isOut = excluded?.some((one) => one === key) === true;
    if (key !== undefined && !isOut) known.set(id, key);
  }
  const isCosine = (corpus?.metric ?? 'cosine') === 'cosine';
  truth.forEach((list, query) => {
    if (list.keys.length < k) narrow.push(`${name(query)} (${list.keys.length})`);
    const cut = truthAt(list, k);
    if (cut.strictlyAboveCount + cut.tiedCount > cut.keys.length) tied.push(name(query));
    const [best] = list.keys;
    if (isCosine && best !== undefined && (list.scores[0] ?? 0) >= SAME_COSINE) {
      known.set(name(query), best);
    }
  });
  return [
    ...finding(
      'narrow-query',
      'info',
      narrow,
      (n) =>
        `${counted(n, 'query has', 'queries have')} fewer than ${counted(k, 'document')} to find`,
    ),
    ...finding(
      'query-is-document',
      'warning',
      [...known].map(([query, key]) => `${query} = ${key}`),
      (n) =>
        `${counted(n, 'query is a document of the corpus: its', 'queries are documents of the corpus: their')} nearest one is given away`,
    ),
    ...finding(
      'tie-at-k',
      'info',
      tied,
      (n) =>
        `${counted(n, 'query has', 'queries have')} a tie across rank ${k}: recall by ids alone is partly luck there`,
    ),
  ];
}

/**
 * The highest mean recall@k to be hoped for. By ids, a tie group of b documents that shares its last
 * r places with T_k is filled blindly: r²/b of them are expected to be the ones listed.
 */
function attainableRecall(truth: readonly TruthList[], k: number): AttainableRecall {
  let sum = 0;
  let n = 0;
  for (const list of truth) {
    const { keys, strictlyAboveCount, tiedCount } = truthAt(list, k);
    if (keys.length === 0) continue;
    const places = keys.length - strictlyAboveCount;
    sum += (strictlyAboveCount + (places * places) / tiedCount) / keys.length;
    n++;
  }
  return {
    tieAware: n === 0 ? null : 1,
    idBased: n === 0 ? null : sum / n,
    n,
    undefinedCount: truth.length - n,
  };
}
