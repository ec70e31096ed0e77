import { stat } from 'node:fs/promises';
import { matchesFilter } from '../../corpus/filter.ts';
import { UnsupportedRequestError } from '../dialect.ts';
import type { DriverSession, Near, VectorQuery } from '../driver/driver.ts';
import type { IngestRequest } from '../operations.ts';
import { scan } from './scan.ts';
import {
  emptyIndex,
  type HnswParameters,
  hnswlibVersion,
  readIndex,
  type StoredIndex,
  writeIndex,
} from './stored-index.ts';

/** How index files are searched. */
export interface HnswFiles extends HnswParameters {
  /** Path of an index; `{collection}` stands for the name of the collection. */
  readonly file: string;
  /** `ef` of a search that names none. */
  readonly effort: number;
}

/** A session of hnswlib over index files, each read at its first use and written when its last document has come. */
export function hnswSession(files: HnswFiles): DriverSession {
  const loaded = new Map<string, Promise<StoredIndex | null>>();
  const pathOf = (collection: string) => files.file.replaceAll('{collection}', collection);
  const find = (collection: string): Promise<StoredIndex | null> => {
    const path = pathOf(collection);
    const found = loaded.get(path) ?? readIndex(path);
    loaded.set(path, found);
    // What could not be read may be there the next time.
    found.then(
      (index) => index ?? loaded.delete(path),
      () => loaded.delete(path),
    );
    return found;
  };
  const must = async (collection: string): Promise<StoredIndex> => {
    const index = await find(collection);
    if (index === null) throw new Error(`no index at ${pathOf(collection)}`);
    return index;
  };
  const serverVersion = hnswlibVersion();
  return {
    health: async () => ({ service: 'hnswlib', version: serverVersion }),
    describe: async (collection) => {
      const index = await find(collection);
      const base = { quantisation: 'none', serverVersion };
      if (index === null) {
        return {
          ...base,
          exists: false,
          count: 0,
          indexedCount: null,
          dimension: null,
          distance: files.distance,
          index: null,
          parameters: {},
        };
      }
      const { graph, dimension, distance, m, efConstruction } = index;
      const count = graph.getCurrentCount();
      const parameters = { M: m, efConstruction, ef: files.effort };
      return {
        ...base,
        count,
        indexedCount: count,
        dimension,
        distance,
        index: 'hnsw',
        indexBytes: await sizeOf(pathOf(collection)),
        parameters,
      };
    },
    search: async (query) => {
      const index = await must(query.collection);
      return query.exact
        ? scan(index, query).map(({ label, distance }) => nearOf(index, label, distance))
        : walked(index, query, files.effort);
    },
    list: async ({ collection, limit, cursor = '0', vectors }) => {
      const { ids, metadata, graph } = await must(collection);
      const from = Number(cursor);
      const documents = ids.slice(from, from + limit).map((id, at) => ({
        id,
        metadata: metadata[from + at] ?? {},
        ...(vectors ? { vector: Float32Array.from(graph.getPoint(from + at)) } : {}),
      }));
      return { documents, cursor: from + limit < ids.length ? String(from + limit) : null };
    },
    ingest: async (request) => {
      const path = pathOf(request.collection);
      const dimension = request.documents[0]?.vector?.length;
      const found = await find(request.collection);
      if (found === null && dimension === undefined) return 0;
      const index = found ?? emptyIndex(files, dimension ?? 0);
      loaded.set(path, Promise.resolve(index));
      add(index, request.documents);
      if (request.isLast === true) await writeIndex(path, index);
      return request.documents.length;
    },
    close: async () => loaded.clear(),
  };
}

/** Bytes of an index file; null where it is not written yet. */
async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}

function add(index: StoredIndex, documents: IngestRequest['documents']): void {
  const { graph, ids, metadata, labelOf } = index;
  index.rows = null;
  for (const document of documents) {
    if (document.vector === undefined) {
      throw new UnsupportedRequestError(`document ${document.id} has no vector`);
    }
    const label = labelOf.get(document.id) ?? ids.length;
    if (label === graph.getMaxElements()) graph.resizeIndex(label * 2);
    graph.addPoint([...document.vector], label);
    ids[label] = document.id;
    metadata[label] = document.metadata;
    labelOf.set(document.id, label);
  }
}

/** The index's own answer: its list at `ef`, which is at least k. */
function walked(
  index: StoredIndex,
  { vector, k, filter, effort }: VectorQuery,
  ef: number,
): Near[] {
  const { graph, ids, metadata } = index;
  graph.setEf(effort ?? ef);
  const accepts =
    filter === null ? undefined : (label: number) => matchesFilter(filter, metadata[label] ?? {});
  const count = Math.min(k, ids.length);
  const { neighbors, distances } = graph.searchKnn([...vector], count, accepts);
  return neighbors.map((label, at) => nearOf(index, label, distances[at] ?? Number.NaN));
}

/** hnswlib's distances: 1 − cos, 1 − dot, and the square of the Euclidean distance. */
function nearOf({ ids, distance }: StoredIndex, label: number, rawScore: number): Near {
  const similarity = distance === 'euclidean' ? -Math.sqrt(rawScore) : 1 - rawScore;
  return { id: ids[label] ?? String(label), similarity, rawScore };
}
