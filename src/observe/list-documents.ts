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
      if (listed > MOST * expected + PAGE) {
        return ended(
          'failed',
          `more than ${counted(listed, 'document')}, the corpus has ${expected}`,
        );
      }
      cursor = next;
    } while (cursor !== null);
  }
  await blocks.end();
  return ended('complete', null);
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
