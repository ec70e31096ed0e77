import { exactJson } from '../../files/exact-json.ts';
import { importProblem } from '../problem.ts';
import { RecordBlocks } from '../records/record-blocks.ts';
import { type PlacedRecord, Survey } from '../records/survey.ts';
import type { SourceFile } from '../source-file.ts';
import { textLines } from '../text-lines.ts';
import type { Importer, RecordReader, RowBlock, RowRequest } from '../types.ts';

const records: RecordReader = {
  fields: async (file, { signal }) => {
    const survey = new Survey();
    for await (const some of placedRecords(file, signal)) {
      for (const { fields } of some) survey.add(fields);
    }
    return survey.fields();
  },
  read: (file, _names, { signal }) => placedRecords(file, signal),
};

/** JSONL: one object a line with a text, a vector or both. */
export const jsonl: Importer = {
  format: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  rows: jsonRows,
  records,
};

/** BEIR: `corpus.jsonl` and `queries.jsonl` with `_id`, `title` and `text`, beside `qrels/`. */
export const beir: Importer = { format: 'beir', extensions: [], rows: jsonRows, records };

const ONE_A_LINE =
  "each line is one complete JSON object; of a list of them: jq -c '.[]' FILE > NEW.jsonl";

async function* jsonRows(
  file: SourceFile,
  { layout, signal }: RowRequest,
): AsyncGenerator<RowBlock> {
  if (layout === null) return;
  const blocks = new RecordBlocks(layout);
  for await (const some of placedRecords(file, signal)) yield blocks.block(some);
}

async function* placedRecords(
  file: SourceFile,
  signal?: AbortSignal,
): AsyncGenerator<PlacedRecord[]> {
  for await (const lines of textLines(file, signal)) {
    yield lines.map(({ line, text }) => {
      const place = `${file.path}:${line}`;
      return { line, place, fields: object(place, text) };
    });
  }
}

function object(place: string, text: string): PlacedRecord['fields'] {
  let value: unknown;
  try {
    value = exactJson(text);
  } catch (cause) {
    throw importProblem(
      'json',
      place,
      `malformed JSON: ${(cause as Error).message}`,
      /[[:,\s](NaN|-?Infinity)\b/.test(text)
        ? 'NaN and Infinity are no JSON: leave the record out, or write null where it is metadata'
        : ONE_A_LINE,
      cause,
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as PlacedRecord['fields'];
  }
  throw importProblem('json', place, 'no JSON object', ONE_A_LINE);
}
