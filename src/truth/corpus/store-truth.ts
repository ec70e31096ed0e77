import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_DISTANCE, writeFloats, writeLists } from '../../corpus/import/lists/lists.ts';
import { diskError } from '../../disk/disk-error.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { removeAbandoned } from '../../disk/partial.ts';
import { putInPlace } from '../../disk/put-in-place.ts';
import { sha256Hex, writeWhole } from '../../record/files/write-whole.ts';
import { encodeParquet } from '../../record/tables/queries-parquet.ts';
import type { VectorTable } from '../../record/types.ts';
import { type MetricSpace, squareOf } from '../metric-space.ts';
import { truthAt } from '../truth-at.ts';
import type { TruthList } from '../types.ts';

/** Exact lists of a corpus, ready to be stored. */
export interface TruthToStore {
  readonly k: number;
  readonly queryIds: readonly string[];
  /** Keys of documents in the order that row numbers count. */
  readonly documentKeys: readonly string[];
  readonly lists: readonly TruthList[];
  /** What the scores of the lists mean. */
  readonly space: MetricSpace;
  /** The queries' own vectors, one a list. */
  readonly queries: VectorTable;
  /** What a reader should know: corpus, hashes, where the vectors came from. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * Writes truth into a folder: `truth.ibin` (two 32-bit counts n and k, n × k row numbers as int32, n × k
 * distances as float32: 1 − s for a cosine, −x·q for an inner product, else the Euclidean distance), `truth.fbin` (n, k and the distances alone), `truth.parquet` (a row a
 * query and rank, with the tie group at the cut) and `truth.json`, last, with the sha256 of each.
 * @throws InfrastructureError where the disk refuses
 */
export async function storeTruth(folder: string, truth: TruthToStore): Promise<readonly string[]> {
  try {
    await makeFolder(folder);
    await removeAbandoned(folder);
    const { k, lists, documentKeys } = truth;
    const rowOf = new Map(documentKeys.map((key, row) => [key, row]));
    const ids = new Int32Array(lists.length * k).fill(-1);
    const distances = new Float32Array(lists.length * k).fill(NO_DISTANCE);
    for (const [query, { keys, scores }] of lists.entries()) {
      for (let rank = 0; rank < Math.min(k, keys.length); rank++) {
        ids[query * k + rank] = rowOf.get(keys[rank] ?? '') ?? -1;
        distances[query * k + rank] = distanceOf(truth, query, scores[rank] ?? 0);
      }
    }
    await putInPlace(join(folder, 'truth.ibin'), (path) =>
      writeLists(path, { count: lists.length, k, ids, distances }),
    );
    await putInPlace(join(folder, 'truth.fbin'), (path) =>
      writeFloats(path, lists.length, k, distances),
    );
    await writeWhole(join(folder, 'truth.parquet'), parquetOf(truth, rowOf));
    const files = ['truth.ibin', 'truth.fbin', 'truth.parquet'];
    const hashes: Record<string, string> = {};
    for (const name of files) hashes[name] = sha256Hex(await readFile(join(folder, name)));
    const index = {
      version: 1,
      metric: truth.space.metric,
      k,
      queries: lists.length,
      documents: documentKeys.length,
      ...truth.facts,
      files: hashes,
    };
    await writeWhole(
      join(folder, 'truth.json'),
      Buffer.from(`${JSON.stringify(index, null, 2)}\n`),
    );
    return [...files, 'truth.json'];
  } catch (cause) {
    throw diskError('truth-write', folder, 'written', cause);
  }
}

/** A score as a distance, by the metric's usual meaning: less is nearer. */
function distanceOf(truth: TruthToStore, query: number, score: number): number {
  const value = metricValue(truth, query, score);
  switch (truth.space.metric) {
    case 'cosine':
      return 1 - value;
    case 'dot':
      return -value;
    case 'euclidean':
      return value;
  }
}

function metricValue({ space, queries }: TruthToStore, query: number, score: number): number {
  return space.valueOf(score, squareOf(queries.values, query, queries.dimension));
}

/** What the values in `truth.parquet` are called. */
const VALUE_NAMES = { cosine: 'cosine', dot: 'dot', euclidean: 'distance' } as const;

function parquetOf(truth: TruthToStore, rowOf: ReadonlyMap<string, number>): Uint8Array {
  const queryIds: string[] = [];
  const ranks: number[] = [];
  const keys: string[] = [];
  const rows: number[] = [];
  const scores: number[] = [];
  const tied: boolean[] = [];
  for (const [query, list] of truth.lists.entries()) {
    const { strictlyAboveCount, tiedCount } = truthAt(list, truth.k);
    for (let place = 0; place < strictlyAboveCount + tiedCount; place++) {
      const key = list.keys[place] ?? '';
      queryIds.push(truth.queryIds[query] ?? '');
      ranks.push(place + 1);
      keys.push(key);
      rows.push(rowOf.get(key) ?? -1);
      scores.push(metricValue(truth, query, list.scores[place] ?? Number.NaN));
      tied.push(tiedCount > 1 && place >= strictlyAboveCount);
    }
  }
  return encodeParquet([
    { name: 'query_id', type: 'string', values: queryIds },
    { name: 'rank', type: 'int32', values: ranks },
    { name: 'document', type: 'string', values: keys },
    { name: 'row', type: 'int32', values: rows },
    { name: VALUE_NAMES[truth.space.metric], type: 'double', values: scores },
    { name: 'tied_at_k', type: 'boolean', values: tied },
  ]);
}
