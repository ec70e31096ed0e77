import { keyOf } from '../corpus/document-key.ts';
import type { Corpus } from '../corpus/types.ts';
import { counted } from '../counted.ts';
import type { Progress } from '../progress.ts';
import type { RunWriter } from '../record/run/run-writer.ts';
import type { VectorTable } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call } from '../wire/call.ts';
import type { ListResponse } from '../wire/operations.ts';
import type { Outcome } from '../wire/outcome.ts';

/** Documents of one page, and of one file of the run. */
const PAGE = 1_000;
const BLOCK = 10_000;
/** A listing ends where it has this many times the documents of the corpus: it is of something else. */
const MOST = 2;
/** A store may give empty pages between others, as Vespa does where it looks through its buckets. */
const MOST_EMPTY = 1_000;

/** How the listing of one side ended. */
export interface Listed {
  /** `complete`: every page was read. `unsupported`: the side has no listing. */
  readonly state: 'complete' | 'failed' | 'unsupported';
  /** Why it is not complete; null where it is. */
  readonly detail: string | null;
  /** Files of vectors that hold it. */
  readonly blocks: number;
}

/**
 * Lists what a side stores of the corpus's collections, page by page, with the stored vectors where it gives them, and
 * writes ids (`collection/id`) and vectors to the run in files of 10,000. Not more than one file is in memory.
 */
export async function listDocuments(
  backend: Backend,
  name: string,
  { collections }: Pick<Corpus, 'collections'>,
  { writer, progress, signal }: ListOptions,
): Promise<Listed> {
  const ended = (state: Listed['state'], detail: string | null): Listed => ({
    state,
    detail,
    blocks: blocks.blocks(),
  });
  const blocks = blockWriter(writer, name);
  const { operations, vectors } = backend.capabilities;
  if (operations.list === undefined) return ended('unsupported', `${backend.label} has no list`);
  const expected = collections.reduce((sum, { documents }) => sum + documents.length, 0);
  progress.stage(`list the ${name}`, expected);
  let listed = 0;
  for (const collection of collections) {
    const before = listed;
    let empty = 0;
    let cursor: string | null = null;
    do {
      if (signal.aborted) return ended('failed', 'interrupted');
      const request = { collection: collection.name, limit: PAGE, vectors };
      const outcome: Outcome<ListResponse> = await call(
        backend,
        'list',
        cursor === null ? request : { ...request, cursor },
        signal,
      );
      if (outcome.kind !== 'ok') return ended('failed', `${outcome.kind}: ${outcome.detail}`);
      const { documents } = outcome.value;
      const next: string | null = outcome.value.cursor;
      await blocks.add(
        documents.map(({ id, vector }) => ({
          id: keyOf(collection.name, id),
          ...(vector === undefined ? {} : { vector }),
        })),
      );
      listed += documents.length;
      progress.tick(documents.length);
      if (next !== null && next === cursor) return ended('failed', 'the same page came twice');
      empty = documents.length === 0 ? empty + 1 : 0;
      if (empty > MOST_EMPTY) return ended('failed', 'empty pages without end');
      if (listed > MOST * expected + PAGE) {
        return ended(
          'failed',
          `more than ${counted(listed, 'document')}, the corpus has ${expected}`,
        );
      }
      cursor = next;
    } while (cursor !== null);
    const less = await countedLess(backend, collection.name, listed - before, signal);
    if (less !== null) return ended('failed', less);
  }
  await blocks.end();
  return ended('complete', null);
}

/**
 * Why a listing that came to its end is not whole: the store itself counts more documents, so that those which did not
 * come are not missing. Null where it does not say so.
 */
async function countedLess(
  backend: Backend,
  collection: string,
  listed: number,
  signal: AbortSignal,
): Promise<string | null> {
  if (backend.capabilities.operations.describe === undefined) return null;
  const outcome = await call(backend, 'describe', { collection }, signal);
  const count = outcome.kind === 'ok' ? outcome.value.count : null;
  if (count === null || count <= listed) return null;
  return `${counted(listed, 'document')} of ${collection} came, and it counts ${count}`;
}

interface ListOptions {
  readonly writer: RunWriter;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

interface Row {
  readonly id: string;
  readonly vector?: Float32Array;
}

/** Name of a file of a listing. */
export function listedBlock(name: string, block: number): string {
  return `${name}-listed-${String(block).padStart(4, '0')}`;
}

/** Collects rows of one dimension to files; a row without a vector has dimension 0. */
function blockWriter(writer: RunWriter, name: string) {
  let waiting: Row[] = [];
  let blocks = 0;
  const flush = async (rows: readonly Row[]): Promise<void> => {
    if (rows.length === 0) return;
    await writer.writeVectors(listedBlock(name, blocks++), tableOf(rows));
  };
  const dimensionOf = ({ vector }: Row): number => vector?.length ?? 0;
  return {
    blocks: () => blocks,
    add: async (rows: readonly Row[]): Promise<void> => {
      for (const row of rows) {
        const [first] = waiting;
        const isOther = first !== undefined && dimensionOf(first) !== dimensionOf(row);
        if (isOther || waiting.length === BLOCK) {
          await flush(waiting);
          waiting = [];
        }
        waiting.push(row);
      }
    },
    end: async (): Promise<void> => {
      await flush(waiting);
      waiting = [];
    },
  };
}

function tableOf(rows: readonly Row[]): VectorTable {
  const dimension = rows[0]?.vector?.length ?? 0;
  const values = new Float32Array(rows.length * dimension);
  for (const [at, { vector }] of rows.entries()) {
    if (vector !== undefined) values.set(vector, at * dimension);
  }
  return { ids: rows.map(({ id }) => id), dimension, values };
}
