import { createGraph, type Graph } from '../../../hnswlib/hnswlib.ts';
import type { IndexSettings } from '../faults/types.ts';
import { dotProduct, isFiniteVector, squaredDistance, unitVector } from '../vectors.ts';

/** Labels and float32 distances, nearest first, ties by label. */
export interface Neighbours {
  readonly labels: readonly number[];
  readonly distances: readonly number[];
}

/** A vector that was checked and is as long, finite and normalised as its index needs it. */
export type KeptVector = Float32Array & { readonly __kept: true };

/**
 * An HNSW graph (hnswlib) over the vectors of one collection, labelled 0, 1, 2, … as they come.
 * hnswlib ends the process on a missing element or a wrong length, so nothing reaches it unchecked.
 */
export class HnswIndex {
  readonly #dimension: number;
  readonly #settings: IndexSettings;
  readonly #graph: Graph;
  readonly #vectors: KeptVector[] = [];
  /** hnswlib takes arrays of numbers; one is filled again and again. */
  readonly #scratch: number[];
  #capacity = 256;

  constructor(dimension: number, settings: IndexSettings) {
    this.#dimension = dimension;
    this.#settings = settings;
    // Cosine is the inner product of vectors that are normalised here in float64: hnswlib's own
    // normalisation sums squares in float32, one by one.
    this.#graph = createGraph(settings.space === 'l2' ? 'l2' : 'ip', dimension);
    this.#graph.initIndex(this.#capacity, settings.m, settings.efConstruction, settings.randomSeed);
    this.#scratch = new Array<number>(dimension).fill(0);
  }

  get count(): number {
    return this.#vectors.length;
  }

  /**
   * A vector as the index keeps it.
   * @throws RangeError on a vector of another length or with a component that is not finite.
   */
  checked(vector: Float32Array): KeptVector {
    if (vector.length !== this.#dimension) {
      throw new RangeError(`expected ${this.#dimension} numbers, got ${vector.length}`);
    }
    if (!isFiniteVector(vector)) throw new RangeError('expected finite numbers');
    return this.#kept(vector, this.#settings.normalised === 'all');
  }

  /** Adds a vector under the next label, or replaces the one of a label that exists. */
  set(label: number, kept: KeptVector): void {
    if (label < 0 || label > this.count || !Number.isInteger(label)) {
      throw new RangeError(`label ${label} is not among 0…${this.count}`);
    }
    if (label >= this.#capacity) {
      this.#capacity *= 2;
      this.#graph.resizeIndex(this.#capacity);
    }
    this.#vectors[label] = kept;
    this.#graph.addPoint(this.#fill(kept), label);
  }

  /**
   * The k nearest labels, all of the index or among the allowed ones; as many as there are when
   * they are fewer.
   * @throws RangeError on a vector of another length or with a component that is not finite.
   */
  search(vector: Float32Array, k: number, allowed: readonly number[] | null): Neighbours {
    const query = this.#kept(this.checked(vector), this.#settings.normalised === 'queries');
    const wanted = Math.min(k, allowed === null ? this.count : allowed.length);
    if (wanted <= 0) return { labels: [], distances: [] };
    const { scanRows, efSearch } = this.#settings;
    // Up to so many allowed rows a scan is exact, and cheaper than the graph.
    if (allowed !== null && allowed.length <= scanRows) return this.#scan(query, wanted, allowed);
    this.#graph.setEf(Math.max(efSearch, wanted));
    const permitted = allowed === null ? null : new Set(allowed);
    const found = this.#graph.searchKnn(
      this.#fill(query),
      wanted,
      permitted === null ? undefined : (label) => permitted.has(label),
    );
    // A graph may have rows that no path reaches; a short answer would hide them.
    if (found.neighbors.length < wanted && scanRows > 0) {
      return this.#scan(query, wanted, allowed ?? this.#vectors.keys());
    }
    return { labels: found.neighbors, distances: found.distances };
  }

  #kept(vector: Float32Array, normalised: boolean): KeptVector {
    return (normalised ? unitVector(vector) : vector) as KeptVector;
  }

  #scan(query: Float32Array, k: number, labels: Iterable<number>): Neighbours {
    const rows: { label: number; distance: number }[] = [];
    for (const label of labels) {
      const vector = this.#vectors[label];
      if (vector !== undefined) rows.push({ label, distance: this.#distance(query, vector) });
    }
    rows.sort((a, b) => a.distance - b.distance || a.label - b.label);
    const nearest = rows.slice(0, k);
    return {
      labels: nearest.map(({ label }) => label),
      distances: nearest.map(({ distance }) => distance),
    };
  }

  #distance(a: Float32Array, b: Float32Array): number {
    return Math.fround(
      this.#settings.space === 'l2' ? squaredDistance(a, b) : 1 - dotProduct(a, b),
    );
  }

  #fill(vector: Float32Array): number[] {
    for (let i = 0; i < vector.length; i++) this.#scratch[i] = vector[i] ?? 0;
    return this.#scratch;
  }
}
