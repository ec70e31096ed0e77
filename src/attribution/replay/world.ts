import { keyOf, partsOf, storedKey } from '../../corpus/document-key.ts';
import type { Metadata } from '../../corpus/types.ts';
import { compareUtf8 } from '../../metrics/utf8-order.ts';
import type { Side } from '../../record/types.ts';
import type { AttributionInput, RankedAnswer } from '../types.ts';

/** All documents as rows: first those of the corpus, collection by collection, then ids that only an answer named. */
export interface World {
  readonly keys: readonly string[];
  readonly rowOf: ReadonlyMap<string, number>;
  /** Rows below are of the corpus. */
  readonly corpusSize: number;
  /** Row range [from, to) of each collection. */
  readonly ranges: ReadonlyMap<string, readonly [number, number]>;
  /** Extra rows of each collection. */
  readonly extras: ReadonlyMap<string, readonly number[]>;
  readonly metadata: readonly Metadata[];
  /** Rank of each row by id: which of equally near ones comes first, as far as nothing else is known. */
  readonly idRanks: Int32Array;
}

/** Lays out the rows; answers may name documents that the corpus does not hold. */
export function buildWorld(input: AttributionInput): World {
  const keys: string[] = [];
  const metadata: Metadata[] = [];
  const ranges = new Map<string, readonly [number, number]>();
  for (const { name, documents } of input.collections) {
    const from = keys.length;
    for (const document of documents) {
      keys.push(keyOf(name, document.id));
      metadata.push(document.metadata);
    }
    ranges.set(name, [from, keys.length]);
  }
  const corpusSize = keys.length;
  const rowOf = new Map(keys.map((key, row) => [key, row]));
  const extras = new Map<string, number[]>();
  for (const side of ['incumbent', 'candidate'] as const satisfies readonly Side[]) {
    for (const answer of allAnswers(input, side)) {
      for (const key of answer.keys) {
        if (rowOf.has(key)) continue;
        const row = keys.length;
        rowOf.set(key, row);
        keys.push(key);
        metadata.push({});
        const name = partsOf(storedKey(key)).collection;
        extras.set(name, [...(extras.get(name) ?? []), row]);
      }
    }
  }
  return { keys, rowOf, corpusSize, ranges, extras, metadata, idRanks: idRanks(keys) };
}

/** Rows of an answer by rank. */
export function answerRows(world: World, answer: RankedAnswer | undefined): number[] {
  return (answer?.keys ?? []).map((key) => world.rowOf.get(key) ?? -1);
}

function* allAnswers(input: AttributionInput, side: Side): Generator<RankedAnswer> {
  const record = input.sides[side];
  for (const answers of [record.answers, record.deep, record.byVector, record.census]) {
    yield* answers.values();
  }
}

function idRanks(keys: readonly string[]): Int32Array {
  const order = keys.map((_, row) => row);
  order.sort((a, b) => compareUtf8(keys[a] ?? '', keys[b] ?? ''));
  const ranks = new Int32Array(keys.length);
  for (const [rank, row] of order.entries()) ranks[row] = rank;
  return ranks;
}
