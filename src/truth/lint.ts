import type { Corpus } from '../corpus/types.ts';
import type { VectorTable } from '../record/types.ts';
import { dot } from './cosine.ts';
import { duplicateRows } from './duplicate-rows.ts';
import { truthAt } from './truth-at.ts';
import type { TruthList } from './types.ts';

export type LintSeverity = 'error' | 'warning' | 'info';

export type LintCheck =
  | 'duplicate-id'
  | 'duplicate-vector'
  | 'zero-vector'
  | 'non-finite-vector'
  | 'mixed-dimensions'
  | 'narrow-query'
  | 'query-is-document'
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

/** What is linted. Everything but `k` may be left empty; what is not there is not checked. */
export interface LintInput {
  /** Document vectors, one table or one a collection; ids are keys, `collection/id`. */
  readonly documents: readonly VectorTable[];
  readonly queries?: VectorTable;
  readonly corpus?: Pick<Corpus, 'collections' | 'queries'>;
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
  const findings = [
    ...lintVectors(input.documents, 'document'),
    ...(input.queries === undefined ? [] : lintVectors([input.queries], 'query')),
    ...lintIds(input),
    ...lintDimensions(input),
    ...lintHashes(input),
    ...lintLists(input),
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

function lintVectors(all: readonly VectorTable[], what: 'document' | 'query'): LintFinding[] {
  const tables = all.filter((table) => !isTorn(table));
  const zero: string[] = [];
  const nonFinite: string[] = [];
  for (const { ids, dimension, values } of tables) {
    ids.forEach((id, row) => {
      const square = dot(values, row * dimension, values, row * dimension, dimension);
      if (square === 0) zero.push(id);
      if (!Number.isFinite(square)) nonFinite.push(id);
    });
  }
  const plural = what === 'query' ? 'queries' : 'documents';
  const duplicates = what === 'document' ? duplicateRows(tables) : [];
  return [
    ...finding(
      'duplicate-vector',
      'warning',
      duplicates.map((group) => group.join(' = ')),
      (n) => `${n} groups of documents share one vector: they tie on every query`,
    ),
    ...finding('zero-vector', 'warning', zero, (n) =>
      what === 'query'
        ? `${n} queries have a zero vector: they have no truth`
        : `${n} documents have a zero vector: they have no cosine and are in no truth list`,
    ),
    ...finding(
      'non-finite-vector',
      'error',
      nonFinite,
      (n) => `${n} ${plural} have NaN or Infinity in their vector`,
    ),
  ];
}

function isTorn({ ids, dimension, values }: VectorTable): boolean {
  return values.length !== ids.length * dimension;
}

function lintIds({ documents, corpus }: LintInput): LintFinding[] {
  const inTables = documents.flatMap((table) => table.ids);
  const inCorpus = (corpus?.collections ?? []).flatMap(({ name, documents: rows }) =>
    rows.map(({ id }) => `${name}/${id}`),
  );
  const twice = new Set([...repeated(inTables), ...repeated(inCorpus)]);
  return finding(
    'duplicate-id',
    'error',
    [...twice],
    (n) => `${n} document ids occur twice or more`,
  );
}

function repeated(ids: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const id of ids) (seen.has(id) ? again : seen).add(id);
  return again;
}

function lintDimensions({ documents, queries }: LintInput): LintFinding[] {
  const tables = [...documents, ...(queries === undefined ? [] : [queries])].filter(
    (table) => table.ids.length > 0,
  );
  const dimensions = [...new Set(tables.map((table) => String(table.dimension)))];
  const torn = tables
    .filter(isTorn)
    .map(
      ({ ids, dimension, values }) => `${values.length} values for ${ids.length} × ${dimension}`,
    );
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
      (n) => `${n} tables do not hold one whole row an id`,
    ),
  ];
}

function lintHashes({ hashes = [] }: LintInput): LintFinding[] {
  const wrong = hashes
    .filter(({ expected, actual }) => expected !== actual)
    .map(({ name, expected, actual }) => `${name}: expected ${expected}, found ${actual}`);
  return finding(
    'hash-mismatch',
    'error',
    wrong,
    (n) => `${n} files are not the ones that the manifest names`,
  );
}

function lintLists({ truth = [], queryIds = [], corpus, k }: LintInput): LintFinding[] {
  const name = (query: number) => queryIds[query] ?? `#${query}`;
  const narrow: string[] = [];
  const tied: string[] = [];
  const known = new Map<string, string>();
  const byText = new Map<string, string>();
  for (const { name: collection, documents } of corpus?.collections ?? []) {
    for (const { id, text } of documents) byText.set(text, `${collection}/${id}`);
  }
  for (const { id, text } of corpus?.queries ?? []) {
    const key = byText.get(text);
    if (key !== undefined) known.set(id, key);
  }
  truth.forEach((list, query) => {
    if (list.keys.length < k) narrow.push(`${name(query)} (${list.keys.length})`);
    const cut = truthAt(list, k);
    if (cut.strictlyAboveCount + cut.tiedCount > cut.keys.length) tied.push(name(query));
    const [best] = list.keys;
    if (best !== undefined && (list.scores[0] ?? 0) >= SAME_COSINE) known.set(name(query), best);
  });
  return [
    ...finding(
      'narrow-query',
      'info',
      narrow,
      (n) => `${n} queries have fewer than ${k} documents to find`,
    ),
    ...finding(
      'query-is-document',
      'warning',
      [...known].map(([query, key]) => `${query} = ${key}`),
      (n) => `${n} queries are documents of the corpus: their nearest one is given away`,
    ),
    ...finding(
      'tie-at-k',
      'info',
      tied,
      (n) => `${n} queries have a tie across rank ${k}: recall by ids alone is partly luck there`,
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
