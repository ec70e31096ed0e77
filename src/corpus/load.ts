import { resolve } from 'node:path';
import { z } from 'zod';
import { counted } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { dictionary } from './dictionary.ts';
import { readLines } from './files/lines.ts';
import { parsedJson, validated } from './files/parse.ts';
import { filterSchema } from './filter.ts';
import { loadJudgments } from './load-judgments.ts';
import {
  GENERATOR_NAME,
  type Manifest,
  manifestPath,
  type PinnedFile,
  readManifest,
} from './manifest.ts';
import { withNeeds } from './needs.ts';
import { excludingOwn } from './own-documents.ts';
import { type Collection, type Corpus, type Document, MAX_ID_LENGTH, type Query } from './types.ts';

// A tab or a line break inside an id could not be written in judgments.tsv.
const id = z
  .string()
  .max(MAX_ID_LENGTH, { error: `an id has at most ${MAX_ID_LENGTH} characters` })
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, {
    error: 'an id is not empty and has no control characters and no half of a character',
  });

const text = z.string().min(1).nullable();

const documentSchema: z.ZodType<Document> = z
  .strictObject({
    id,
    text,
    metadata: dictionary(
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())], {
        error: ({ input }) =>
          typeof input === 'bigint'
            ? `${input} is beyond 2^53 and would be rounded: write it as a string`
            : 'a metadata value is a string, number, boolean, null or a list of strings',
      }),
    ),
  })
  .transform(marked);

/** A query as it is written; the need may be left out. */
type WrittenQuery = Omit<Query, 'need'> & { readonly need?: string };

const querySchema: z.ZodType<WrittenQuery> = z
  .strictObject({
    id,
    need: id.exactOptional(),
    cluster: id.exactOptional(),
    text,
    slices: z.array(z.string().min(1)),
    collections: z
      .array(z.string())
      .min(1)
      .refine((names) => new Set(names).size === names.length, {
        error: 'a query asks each collection once',
      }),
    filter: filterSchema.exactOptional(),
  })
  .transform(marked);

/** A record without a text is marked, so that nobody takes the empty text for one. */
function marked<Row extends { readonly text: string | null }>(
  row: Row,
): Omit<Row, 'text'> & { readonly text: string; readonly textless?: true } {
  return row.text === null ? { ...row, text: '', textless: true } : { ...row, text: row.text };
}

/**
 * Reads a corpus folder: `manifest.json` and the files it names (documents and queries as JSONL,
 * judgments as tab-separated `query id, collection/id, grade`).
 * @throws UsageError with file and line for anything missing, malformed, duplicate, unknown, out of
 * range, outside the folder, or different from a sha256 or count in the manifest.
 */
export async function loadCorpus(folder: string): Promise<Corpus> {
  const root = resolve(folder);
  const manifest = await readManifest(root);
  const collections: Collection[] = [];
  const documentHashes: [name: string, sha256: string][] = [];
  for (const entry of manifest.collections) {
    const { records, sha256 } = await loadRecords(root, entry, documentSchema, 'document');
    if (records.length === 0) throw empty(root, entry, 'document');
    collections.push({ name: entry.name, documents: records });
    documentHashes.push([entry.name, sha256]);
  }
  const queries = await loadQueries(root, manifest);
  const judged = await loadJudgments(
    await manifestPath(root, manifest.judgments.file),
    queries.records,
    collections,
  );
  checkPin(root, manifest.judgments, judged.sha256, judged.count);
  return {
    name: manifest.name,
    ...(manifest.metric === undefined ? {} : { metric: manifest.metric }),
    ...(manifest.excludeSelf === true ? { excludeSelf: true } : {}),
    ...(manifest.generator?.name === GENERATOR_NAME ? { generated: true } : {}),
    ...(manifest.weights === undefined ? {} : { weights: manifest.weights }),
    folder: root,
    collections,
    queries:
      manifest.excludeSelf === true ? excludingOwn(queries.records, collections) : queries.records,
    judgments: judged.judgments,
    hashes: {
      documents: Object.fromEntries(documentHashes),
      queries: queries.sha256,
      judgments: judged.sha256,
    },
  };
}

interface Records<T> {
  readonly records: readonly T[];
  readonly sha256: string;
}

async function loadQueries(root: string, manifest: Manifest): Promise<Records<Query>> {
  const names = new Set(manifest.collections.map((collection) => collection.name));
  const loaded = await loadRecords(root, manifest.queries, querySchema, 'query', (query, where) => {
    const unknown = query.collections.find((name) => !names.has(name));
    if (unknown === undefined) return;
    throw new UsageError(
      'corpus-unknown-collection',
      `${where}: query ${query.id} asks the collection ${JSON.stringify(unknown)}, which the manifest does not name`,
      { hint: `the manifest names: ${[...names].join(', ')}`, context: { where, query: query.id } },
    );
  });
  if (loaded.records.length === 0) throw empty(root, manifest.queries, 'query');
  return { records: withNeeds(loaded.records), sha256: loaded.sha256 };
}

async function loadRecords<T extends { readonly id: string }>(
  root: string,
  entry: PinnedFile,
  schema: z.ZodType<T>,
  kind: 'document' | 'query',
  check: (record: T, where: string) => void = () => {},
): Promise<Records<T>> {
  const path = await manifestPath(root, entry.file);
  const records: T[] = [];
  const lineOf = new Map<string, number>();
  const sha256 = await readLines(path, (text, line) => {
    const where = `${path}:${line}`;
    const record = validated(schema, parsedJson(text, where), where);
    const first = lineOf.get(record.id);
    if (first !== undefined) {
      throw new UsageError(
        'corpus-duplicate-id',
        `${where}: the ${kind} id ${record.id} is already on line ${first}`,
        { hint: 'give each line an id of its own', context: { where, id: record.id, first } },
      );
    }
    check(record, where);
    lineOf.set(record.id, line);
    records.push(record);
  });
  checkPin(root, entry, sha256, records.length);
  return { records, sha256 };
}

function checkPin(root: string, entry: PinnedFile, sha256: string, count: number): void {
  const path = resolve(root, entry.file);
  if (entry.sha256 !== undefined && entry.sha256 !== sha256) {
    throw new UsageError(
      'corpus-hash-mismatch',
      `${path}: its sha256 is ${sha256}, but the manifest pins ${entry.sha256}`,
      {
        hint: 'restore the file, or pin the new content: bench corpus hash DIR prints the sha256',
        context: { file: path },
      },
    );
  }
  if (entry.count !== undefined && entry.count !== count) {
    throw new UsageError(
      'corpus-count-mismatch',
      `${path}: it has ${counted(count, 'line')}, but the manifest says ${entry.count}`,
      { hint: 'restore the file, or correct count in the manifest', context: { file: path } },
    );
  }
}

function empty(root: string, entry: PinnedFile, kind: string): UsageError {
  const path = resolve(root, entry.file);
  return new UsageError('corpus-empty', `${path}: there is not one ${kind} in it`, {
    hint: 'nothing can be measured without documents and queries',
    context: { file: path },
  });
}
