import type { VectorTable } from '../../record/types.ts';
import { dot } from '../cosine.ts';
import { DuplicateRows } from './duplicate-rows.ts';

/** What the linter needs to know of a set of vectors. */
export interface VectorFacts {
  /** Ids of all rows, in their order. */
  readonly ids: readonly string[];
  /** The dimension of each table that was seen and has rows. */
  readonly dimensions: readonly number[];
  /** A sentence for each table that does not hold one whole row an id. */
  readonly torn: readonly string[];
  /** ‖x‖² of the longest row; 0 where there is none. */
  readonly longestSquare: number;
  /** Ids of rows of length 0. */
  readonly zero: readonly string[];
  /** Ids of rows that hold NaN or Infinity. */
  readonly nonFinite: readonly string[];
  /** Groups of ids whose vectors are equal byte for byte; empty where they were not looked for. */
  readonly duplicates: readonly (readonly string[])[];
}

/** Gathers the facts of vectors table by table, so that only one of them is in memory. */
export class VectorSurvey {
  readonly #duplicates: DuplicateRows | null;
  readonly #ids: string[] = [];
  readonly #dimensions = new Set<number>();
  readonly #torn: string[] = [];
  readonly #zero: string[] = [];
  readonly #nonFinite: string[] = [];
  #longestSquare = 0;

  /** @param options `duplicates`: whether equal vectors are looked for */
  constructor(options: { readonly duplicates: boolean }) {
    this.#duplicates = options.duplicates ? new DuplicateRows() : null;
  }

  /** Takes one table; never throws on bad vectors. */
  add(table: VectorTable): void {
    const { ids, dimension, values } = table;
    for (const id of ids) this.#ids.push(id);
    if (ids.length > 0) this.#dimensions.add(dimension);
    if (values.length !== ids.length * dimension) {
      if (ids.length > 0)
        this.#torn.push(`${values.length} values for ${ids.length} × ${dimension}`);
      return;
    }
    for (let row = 0; row < ids.length; row++) {
      const square = dot(values, row * dimension, values, row * dimension, dimension);
      if (square > this.#longestSquare) this.#longestSquare = square;
      if (square === 0) this.#zero.push(ids[row] ?? '');
      if (!Number.isFinite(square)) this.#nonFinite.push(ids[row] ?? '');
    }
    this.#duplicates?.add(table);
  }

  /** What was found so far. */
  facts(): VectorFacts {
    return {
      ids: this.#ids,
      dimensions: [...this.#dimensions],
      torn: this.#torn,
      longestSquare: this.#longestSquare,
      zero: this.#zero,
      nonFinite: this.#nonFinite,
      duplicates: this.#duplicates?.groups() ?? [],
    };
  }
}

/** The facts of whole tables. */
export function surveyVectors(
  tables: readonly VectorTable[],
  options: { readonly duplicates: boolean },
): VectorFacts {
  const survey = new VectorSurvey(options);
  for (const table of tables) survey.add(table);
  return survey.facts();
}
