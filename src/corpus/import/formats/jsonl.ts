import { importProblem } from '../problem.ts';
import { type PlacedRecord, RecordBlocks } from '../records.ts';
import { textLines } from '../text-lines.ts';
import type { Importer, ReadOptions, RowBlock } from '../types.ts';

/** JSONL: one object a line with a text, a vector or both. */
export const jsonl: Importer = {
  format: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  rows: (path, _role, options) => jsonRows(path, options),
};

/** BEIR: `corpus.jsonl` and `queries.jsonl` with `_id`, `title` and `text`, beside `qrels/*.tsv`. */
export const beir: Importer = {
  format: 'beir',
  extensions: [],
  rows: (path, _role, options) => jsonRows(path, options),
};

async function* jsonRows(path: string, { columns, signal }: ReadOptions): AsyncGenerator<RowBlock> {
  const blocks = new RecordBlocks(columns);
  for await (const lines of textLines(path, signal)) {
    yield blocks.block(
      lines.map(({ line, text }) => ({
        line,
        place: `${path}:${line}`,
        fields: object(path, line, text),
      })),
    );
  }
}

function object(path: string, line: number, text: string): PlacedRecord['fields'] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw importProblem(
      'json',
      `${path}:${line}`,
      `malformed JSON: ${(cause as Error).message}`,
      'each line is one complete JSON object',
      cause,
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as PlacedRecord['fields'];
  }
  throw importProblem('json', `${path}:${line}`, 'no JSON object', 'each line is one JSON object');
}
