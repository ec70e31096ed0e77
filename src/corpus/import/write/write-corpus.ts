import { join } from 'node:path';
import { counted } from '../../../counted.ts';
import { MANIFEST_FILE, type Manifest } from '../../manifest.ts';
import { needKey } from '../../needs.ts';
import { collectJudgments, type Grades } from '../judgments/collect.ts';
import { importProblem } from '../problem.ts';
import type { CheckedRows } from '../rows.ts';
import { lineFile } from './line-file.ts';
import { OwnDocuments } from './own-documents.ts';
import { writeJudgments } from './write-judgments.ts';
import type { WriteOptions } from './write-options.ts';
import { type WrittenRows, writeRows } from './write-rows.ts';

/** What was written, and what a reader should know about it. */
export interface WrittenCorpus {
  readonly documentIds: ReadonlySet<string>;
  readonly queryIds: ReadonlySet<string>;
  readonly judgmentCount: number;
  readonly dimension: number | null;
  readonly hasTexts: boolean;
  /** A sentence each. */
  readonly notes: readonly string[];
}

/**
 * Writes `manifest.json`, `documents.jsonl`, `queries.jsonl` and `judgments.tsv`, and hands vectors
 * on. Memory holds one block of rows, the ids and the judgments.
 * @throws UsageError as told by the importers
 */
export async function writeCorpus(options: WriteOptions): Promise<WrittenCorpus> {
  const { sources, folder, name, collection, metric, excludeSelf } = options;
  const judged = await collectJudgments(
    sources.judgments,
    options.columns.judgments,
    options.signal,
  );
  const notes: string[] = [...sources.notes, ...judged.notes];
  const own = new OwnDocuments();
  const documents = await writeDocuments(options, own, notes);
  const queries = await writeQueries(options, judged.grades, own, notes);
  if (documents.dimension !== queries.dimension) {
    throw importProblem(
      'dimension',
      sources.queries.map(({ file }) => file.path).join(', '),
      `documents have ${told(documents.dimension)}, queries have ${told(queries.dimension)}`,
      ['give vectors of one model for both, or for neither', ...notes].join('; '),
    );
  }
  const judgments = await writeJudgments(join(folder, 'judgments.tsv'), {
    grades: judged.grades,
    documents: documents.ids,
    queries: queries.ids,
    collection,
    places: sources.judgments.map(({ file }) => file.path),
  });
  notes.push(...judgments.notes);
  const hasTexts = documents.hasTexts && queries.hasTexts;
  const manifest: Manifest = {
    version: 1,
    name,
    generator: {
      name: 'retrieval-parity corpus import',
      formats: [...new Set(sources.documents.map(({ importer }) => importer.format))],
      texts: hasTexts ? 'given' : 'none',
      vectors: documents.dimension === null ? 'none' : 'given',
    },
    ...(metric === null ? {} : { metric }),
    ...(excludeSelf ? { excludeSelf } : {}),
    collections: [{ name: collection, file: 'documents.jsonl', ...documents.file }],
    queries: { file: 'queries.jsonl', ...queries.file },
    judgments: { file: 'judgments.tsv', ...judgments.file },
  };
  const manifestFile = await lineFile(join(folder, MANIFEST_FILE));
  manifestFile.add(JSON.stringify(manifest, null, 2));
  await manifestFile.end();
  return {
    documentIds: documents.ids,
    queryIds: queries.ids,
    judgmentCount: judgments.file.count,
    dimension: documents.dimension,
    hasTexts,
    notes,
  };
}

function told(dimension: number | null): string {
  return dimension === null ? 'no vectors' : `vectors of ${dimension} dimensions`;
}

async function writeDocuments(
  options: WriteOptions,
  own: OwnDocuments,
  notes: string[],
): Promise<WrittenRows> {
  let blank = 0;
  const written = await writeRows(options, 'documents', notes, (rows, row) => {
    const id = rows.ids[row] ?? '';
    const given = rows.texts === null ? null : (rows.texts[row] ?? '').trim();
    if (given === '') blank += 1;
    const text = given === null ? null : rows.texts?.[row] || ' ';
    own.document(id, text);
    return { id, text, metadata: rows.metadata?.[row] ?? {} };
  });
  if (blank > 0)
    notes.push(
      counted(
        blank,
        'document has no text: its text is one space',
        'documents have no text: theirs is one space',
      ),
    );
  return written;
}

async function writeQueries(
  options: WriteOptions,
  grades: Grades | null,
  own: OwnDocuments,
  notes: string[],
): Promise<WrittenRows> {
  const { sources } = options;
  const keepAll = grades === null || options.allQueries || sources.truth !== null;
  const seen = new Set<string>();
  let left = 0;
  const firstLeft: string[] = [];
  let repeated = 0;
  const written = await writeRows(options, 'queries', notes, (rows, row) => {
    const id = rows.ids[row] ?? '';
    if (!keepAll && !grades.has(id)) {
      left += 1;
      if (firstLeft.length < SHOWN) firstLeft.push(id);
      return null;
    }
    const query = queryOf(options, rows, row);
    own.query(id, query.text);
    if (query.text !== null && query.need === undefined) {
      const key = needKey({ ...query, text: query.text });
      if (seen.has(key)) repeated += 1;
      seen.add(key);
    }
    return query;
  });
  if (left > 0)
    notes.push(
      `${counted(left, 'query without judgments was', 'queries without judgments were')} left out (--all-queries keeps them)`,
    );
  if (repeated > 0) {
    notes.push(
      counted(
        repeated,
        'query repeats the text of another: it is one need with it',
        'queries repeat the text of another: they are one need with it',
      ),
    );
  }
  if (own.count > 0 && !options.excludeSelf) {
    notes.push(
      `${counted(own.count, 'query is a document of the corpus: --exclude-self leaves its', 'queries are documents of the corpus: --exclude-self leaves their')} own one out of the answers`,
    );
  }
  if (written.file.count === 0) {
    throw importProblem(
      'no-queries',
      sources.queries.map(({ file }) => file.path).join(', '),
      `not one query has a judgment: judgments are of queries such as ${shownIds([...(grades?.keys() ?? [])].slice(0, SHOWN))}, and queries are ${shownIds(firstLeft)}`,
      'check that judgments and queries belong together, or choose another --split',
    );
  }
  return written;
}

const SHOWN = 3;

/** Ids in quotes: a space at their ends shows. */
function shownIds(ids: readonly string[]): string {
  return ids.map((id) => JSON.stringify(id.slice(0, 60))).join(', ') || 'none';
}

function queryOf({ collection }: WriteOptions, rows: CheckedRows, row: number) {
  const id = rows.ids[row] ?? '';
  const text = rows.texts === null ? null : (rows.texts[row] ?? '');
  if (text !== null && text.trim() === '') {
    throw importProblem('text', rows.place(row), 'the query has no text', 'leave it out');
  }
  const { need = null, cluster = null, slices = null, filter = null } = rows.asked?.[row] ?? {};
  return {
    id,
    ...(need === null ? {} : { need }),
    ...(cluster === null ? {} : { cluster }),
    text,
    slices: slices ?? [filter === null ? 'plain' : 'filtered'],
    collections: [collection],
    ...(filter === null ? {} : { filter }),
  };
}
