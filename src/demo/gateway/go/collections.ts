import type { Filter, Metadata } from '../../../corpus/types.ts';
import type { IndexSettings, SearchPlan } from '../faults/types.ts';
import type { GatewayHit } from '../hit.ts';
import { DocumentTable, type StoredDocument } from './documents.ts';
import { HnswIndex } from './hnsw-index.ts';

/** How collections are kept: the settings of each one's index, and its fields as filters see them. */
export interface CollectionOptions {
  readonly dimension: number;
  readonly settings: (collection: string) => IndexSettings;
  readonly fields: (fields: Metadata, collection: string, id: string) => Metadata;
}

/** Collections of the Go-shaped gateway: raw vectors in a graph each, documents in SQLite. */
export class VectorCollections {
  readonly #options: CollectionOptions;
  readonly #documents = new DocumentTable();
  readonly #collections = new Map<string, { key: number; index: HnswIndex }>();

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  has(collection: string): boolean {
    return this.#collections.has(collection);
  }

  /**
   * Adds documents with their vectors, and the collection where there is none; an id that exists is
   * replaced.
   * @throws RangeError on a vector of another length or with a component that is not finite; nothing
   * is added then.
   */
  add(name: string, documents: readonly StoredDocument[], vectors: readonly Float32Array[]): void {
    const collection = this.#collections.get(name) ?? {
      key: this.#collections.size,
      index: new HnswIndex(this.#options.dimension, this.#options.settings(name)),
    };
    const { key, index } = collection;
    const kept = documents.map((_, i) => index.checked(vectors[i] ?? new Float32Array(0)));
    let next = index.count;
    this.#documents.atomically(() => {
      const labels = documents.map((document) => {
        const label = this.#documents.labelOf(key, document.id) ?? next++;
        const fields = this.#options.fields(document.metadata, name, document.id);
        this.#documents.put(key, label, document, fields);
        return label;
      });
      kept.forEach((vector, i) => {
        index.set(labels[i] ?? index.count, vector);
      });
    });
    this.#collections.set(name, collection);
  }

  /**
   * The k rows of one collection nearest to a vector among those the filter accepts, nearest first;
   * where it filters afterwards, those of the k nearest that it accepts.
   */
  search(
    name: string,
    vector: Float32Array,
    k: number,
    filter: Filter | null,
    filtering: SearchPlan['filtering'] = 'before',
  ): readonly GatewayHit[] {
    const collection = this.#collections.get(name);
    if (collection === undefined) return [];
    const { key, index } = collection;
    const allowed = filter === null ? null : this.#documents.labelsMatching(key, filter);
    const { labels, distances } = index.search(vector, k, filtering === 'before' ? allowed : null);
    const kept = allowed === null || filtering === 'before' ? null : new Set(allowed);
    return labels.flatMap((label, i) => {
      if (kept?.has(label) === false) return [];
      const document = this.#documents.get(key, label);
      if (document === null) return [];
      return [{ ...document, collection: name, score: distances[i] ?? Number.NaN }];
    });
  }

  close(): void {
    this.#documents.close();
  }
}
