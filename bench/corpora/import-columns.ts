import type { Command } from 'commander';
import type { ImportColumns } from '../../src/corpus/import/types.ts';

/** One flag a column that may be named: the role of the file, what the column holds, and how it is described. */
const COLUMNS = [
  ['documents', 'id', 'ids of the documents'],
  ['documents', 'text', 'texts of the documents'],
  ['documents', 'vector', 'vectors of the documents'],
  ['queries', 'id', 'ids of the queries'],
  ['queries', 'text', 'texts of the queries'],
  ['queries', 'vector', 'vectors of the queries'],
  ['judgments', 'query', 'ids of the queries that are judged for'],
  ['judgments', 'document', 'ids of the documents that are judged'],
  ['judgments', 'grade', 'grades'],
  ['truth', 'query', 'ids of the queries of a ground truth'],
  ['truth', 'neighbors', 'lists of ids of the nearest documents'],
] as const;

/** Flags that hold for documents and queries alike. */
const BOTH = [
  ['id', 'field or column of the ids, of documents and queries'],
  ['text', 'field or column of the texts, of both'],
  ['vector', 'field or column of the vectors, of both'],
] as const;

/** What the flags say, by the names that the parser gives them: `idColumn`, `documents.idColumn`. */
export type ColumnFlags = Readonly<Record<string, unknown>>;

/** Adds the flags that name columns. */
export function addColumnOptions(command: Command): Command {
  for (const [what, description] of BOTH) command.option(`--${what}-column <name>`, description);
  for (const [role, what, description] of COLUMNS) {
    command.option(`--${role}.${what}-column <name>`, description);
  }
  return command;
}

/** The columns that were named; a flag of one role goes before one of both. */
export function columnsOf(flags: ColumnFlags): ImportColumns {
  const columns: Record<keyof ImportColumns, Record<string, string>> = {
    documents: {},
    queries: {},
    judgments: {},
    truth: {},
  };
  for (const [what] of BOTH) {
    const name = flags[`${what}Column`];
    if (typeof name !== 'string') continue;
    columns.documents[what] = name;
    columns.queries[what] = name;
  }
  for (const [role, what] of COLUMNS) {
    const name = flags[`${role}.${what}Column`];
    if (typeof name === 'string') columns[role][what] = name;
  }
  return columns;
}
