import { best, type Hits, type Rows, rowOf, type Store } from './store.ts';

/** A code of the rows: what a query scores with each of them. */
export interface Coded {
  /** Similarity of a prepared query and a row. */
  readonly scorer: (query: Float32Array) => (row: number) => number;
}

/** A store that ranks codes, of all rows or of those that a query is shown. */
export function codedStore(
  rows: Rows,
  coded: Coded,
  shown: {
    /** Rows that are looked at, e.g. those of the nearest cells; all by default. */
    readonly to?: (query: Float32Array) => readonly number[];
    /** Rows near a document, which its own answer is ranked from. */
    readonly near?: (query: Float32Array) => readonly number[];
  } = {},
): Store {
  const everyone = Array.from({ length: rows.count }, (_, row) => row);
  const ranked = (query: Float32Array, k: number, from: readonly number[]): Hits => {
    const score = coded.scorer(query);
    return best(
      from.map((row) => ({ row, score: score(row) })),
      k,
    );
  };
  const to = shown.to ?? (() => everyone);
  const { near } = shown;
  return {
    search: (query, k, accepts) => {
      const from = to(query);
      return ranked(query, k, accepts === null ? from : from.filter((row) => accepts(row)));
    },
    ...(near === undefined ? {} : { near: (query, k) => ranked(query, k, near(query)) }),
  };
}

/** float32 as it stands. */
export function plainCode(rows: Rows): Coded {
  return { scorer: (query) => (row) => Math.fround(inner(query, rowOf(rows, row))) };
}

/**
 * Whole numbers in ±most of both queries and rows, scaled by each vector's greatest component or one for all. The score
 * is (1 + cosine) / 2 of the codes, or their inner product, in which rows keep the lengths that rounding leaves them.
 */
export function integerCode(
  rows: Rows,
  most: number,
  scale: 'row' | 'index',
  score: 'cosine' | 'inner product' = 'cosine',
): Coded {
  const all = greatest(rows.values);
  const code = (vector: Float32Array): Float32Array => {
    const step = (scale === 'row' ? greatest(vector) : all) / most;
    return vector.map((value) => Math.max(-most, Math.min(most, Math.round(value / step))) * step);
  };
  const codes = new Float32Array(rows.values.length);
  for (let row = 0; row < rows.count; row++)
    codes.set(code(rowOf(rows, row)), row * rows.dimension);
  const held = { ...rows, values: codes };
  const norms = Float64Array.from({ length: rows.count }, (_, row) => length(rowOf(held, row)));
  return {
    scorer: (query) => {
      const coded = code(query);
      if (score === 'inner product') return (row) => inner(coded, rowOf(held, row));
      const own = length(coded);
      return (row) => (1 + inner(coded, rowOf(held, row)) / (own * (norms[row] ?? 1))) / 2;
    },
  };
}

/** One bit a component on both sides; the score is 1 − share of bits that differ. */
export function binaryCode(rows: Rows): Coded {
  const words = Math.ceil(rows.dimension / 32);
  const codes = new Uint32Array(rows.count * words);
  for (let row = 0; row < rows.count; row++)
    codes.set(bitsOf(rowOf(rows, row), words), row * words);
  return {
    scorer: (query) => {
      const coded = bitsOf(query, words);
      return (row) => {
        let differing = 0;
        for (let at = 0; at < words; at++) {
          differing += popCount((coded[at] ?? 0) ^ (codes[row * words + at] ?? 0));
        }
        return 1 - differing / rows.dimension;
      };
    },
  };
}

/**
 * Product quantisation: each of `parts` pieces of a row is one of 256 centroids; the query is not coded. Scores
 * are inner products with the decoded row, as faiss gives them where nothing is rescored.
 */
export function productCode(rows: Rows, parts: number, centroids = 256): Coded {
  const width = rows.dimension / parts;
  const books = Array.from({ length: parts }, (_, part) => {
    const pieces = { count: rows.count, dimension: width, values: piecesOf(rows, part, width) };
    return kMeans(pieces, centroids, 4);
  });
  const codes = new Uint8Array(rows.count * parts);
  for (const [part, { cells }] of books.entries()) {
    for (let row = 0; row < rows.count; row++) codes[row * parts + part] = cells[row] ?? 0;
  }
  return {
    scorer: (query) => {
      const table = new Float64Array(parts * centroids);
      for (const [part, { centres }] of books.entries()) {
        const piece = query.subarray(part * width, (part + 1) * width);
        for (let at = 0; at < centroids; at++) {
          table[part * centroids + at] = inner(piece, rowOf(centres, at));
        }
      }
      return (row) => {
        let sum = 0;
        for (let part = 0; part < parts; part++) {
          sum += table[part * centroids + (codes[row * parts + part] as number)] as number;
        }
        return Math.fround(sum);
      };
    },
  };
}

/** Rows in the `probes` nearest of `lists` cells. */
export function partition(
  rows: Rows,
  lists: number,
  probes: number,
): (query: Float32Array) => number[] {
  const { centres, cells } = kMeans(rows, lists, 5);
  const members: number[][] = Array.from({ length: lists }, () => []);
  for (const [row, cell] of cells.entries()) members[cell]?.push(row);
  return (query) => {
    const scored = Array.from({ length: lists }, (_, row) => ({
      row,
      score: inner(query, rowOf(centres, row)),
    }));
    return best(scored, probes).rows.flatMap((cell) => members[cell] ?? []);
  };
}

interface Clusters {
  readonly centres: Rows;
  readonly cells: Int32Array;
}

/** Lloyd's algorithm from evenly spread rows. */
function kMeans(rows: Rows, count: number, rounds: number): Clusters {
  const d = rows.dimension;
  const centres = { count, dimension: d, values: new Float32Array(count * d) };
  for (let at = 0; at < count; at++) {
    centres.values.set(rowOf(rows, Math.floor((at * rows.count) / count)), at * d);
  }
  const cells = new Int32Array(rows.count);
  for (let round = 0; round < rounds; round++) {
    const halves = Float64Array.from(
      { length: count },
      (_, at) => length(rowOf(centres, at)) ** 2 / 2,
    );
    for (let row = 0; row < rows.count; row++) {
      let nearest = 0;
      let most = Number.NEGATIVE_INFINITY;
      for (let at = 0; at < count; at++) {
        let value = -(halves[at] ?? 0);
        for (let i = 0; i < d; i++) {
          value += (rows.values[row * d + i] as number) * (centres.values[at * d + i] as number);
        }
        if (value > most) {
          nearest = at;
          most = value;
        }
      }
      cells[row] = nearest;
    }
    if (round === rounds - 1) break;
    const sums = new Float64Array(count * d);
    const sizes = new Int32Array(count);
    for (let row = 0; row < rows.count; row++) {
      const cell = cells[row] ?? 0;
      sizes[cell] = (sizes[cell] ?? 0) + 1;
      for (let at = 0; at < d; at++)
        sums[cell * d + at] = (sums[cell * d + at] ?? 0) + (rows.values[row * d + at] ?? 0);
    }
    for (let cell = 0; cell < count; cell++) {
      if (sizes[cell] === 0) continue;
      for (let at = 0; at < d; at++)
        centres.values[cell * d + at] = (sums[cell * d + at] ?? 0) / (sizes[cell] ?? 1);
    }
  }
  return { centres, cells };
}

function piecesOf(rows: Rows, part: number, width: number): Float32Array {
  const values = new Float32Array(rows.count * width);
  for (let row = 0; row < rows.count; row++) {
    values.set(rowOf(rows, row).subarray(part * width, (part + 1) * width), row * width);
  }
  return values;
}

function bitsOf(vector: Float32Array, words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (const [at, value] of vector.entries()) {
    if (value > 0) bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
  }
  return bits;
}

function popCount(word: number): number {
  let rest = word - ((word >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function greatest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function length(vector: Float32Array): number {
  return Math.sqrt(inner(vector, vector));
}

function inner(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
