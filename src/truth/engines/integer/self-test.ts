import { dot } from '../../cosine.ts';
import { kernelsOn } from '../../wasm/kernels.ts';
import { createMemory } from '../../wasm/memory.ts';
import type { IntegerProduct } from './product/product.ts';

const DIMENSION = 768;
/** An odd number of rows, so that the row beyond the last is met too. */
const ROWS = 5;
const COLUMNS = 4;

/**
 * Multiplies, scans and scores rows whose answers are known to the bit, so that a kernel that is wrong
 * on this machine is not used.
 *
 * The integers are the largest there are, of equal and of changing sign: u8 × s8 instructions without
 * VNNI add pairs in 16 bits and saturate there (255 · 127 · 2 > 32,767).
 *
 * @throws Error that names what is wrong
 */
export async function selfTestIntegers(product: IntegerProduct): Promise<void> {
  const rowBytes = product.rowBytes(DIMENSION);
  const queriesAt = (ROWS + 1) * rowBytes;
  const productsAt = queriesAt + product.queryBytes(DIMENSION, COLUMNS);
  const memory = createMemory(productsAt + (ROWS + 1) * COLUMNS * 4);
  const rows = Array.from({ length: ROWS }, (_, i) => integers(product, i));
  const queries = Array.from({ length: COLUMNS }, (_, i) => integers(product, i));
  rows.forEach((codes, row) => {
    product.storeRow(memory, row * rowBytes, codes);
  });
  const centres = queries.map((codes, column) =>
    product.storeQuery(memory, queriesAt, codes, column, COLUMNS),
  );
  await product.bind(memory)({
    rows: 0,
    rowCount: ROWS,
    queries: queriesAt,
    columns: COLUMNS,
    dimension: DIMENSION,
    products: productsAt,
  });
  const found = new Int32Array(memory.buffer, productsAt, ROWS * COLUMNS);
  for (let i = 0; i < found.length; i++) {
    const x = rows[Math.floor(i / COLUMNS)] as Int16Array;
    const y = queries[i % COLUMNS] as Int16Array;
    const exact = x.reduce((sum, code, t) => sum + code * (y[t] as number), 0);
    if ((found[i] as number) - (centres[i % COLUMNS] as number) !== exact) {
      throw new Error('self-test: integer products are not exact on this machine');
    }
  }
  selfTestDots();
  selfTestScan();
  selfTestPeaks();
}

/** Integers of both signs, of one sign, changing, and mixed; in 16 bits within the norm of a unit row. */
function integers({ quantisation }: IntegerProduct, kind: number): Int16Array {
  const { limit, ownScale } = quantisation;
  const largest = ownScale ? limit : Math.floor(limit / Math.sqrt(DIMENSION));
  return Int16Array.from({ length: DIMENSION }, (_, t) => {
    const sign = [1, -1, t % 2 === 0 ? 1 : -1, t % 4 < 2 ? 1 : -1][kind] ?? Math.sin(t);
    return Math.round(largest * sign);
  });
}

function selfTestDots(): void {
  const dimension = 36;
  const memory = createMemory(4096);
  const kernels = kernelsOn(memory);
  const values = new Float32Array(memory.buffer, 0, 8 * dimension);
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(i) * 2 ** ((i % 40) - 20);
  const pairs = new Uint32Array(memory.buffer, 2048, 4);
  pairs.set([0, (1 << 16) | 3, (3 << 16) | 2, (2 << 16) | 1]);
  const queriesAt = 4 * dimension * 4;
  kernels.dots(0, queriesAt, dimension * 4, 2048, 2048 + 16, 3072);
  const found = new Float64Array(memory.buffer, 3072, 4);
  pairs.forEach((pair, i) => {
    const x = (pair >>> 16) * dimension;
    const y = (4 + (pair & 0xffff)) * dimension;
    if (found[i] !== dot(values, x, values, y, dimension)) {
      throw new Error('self-test: float64 products differ from the order of summation');
    }
  });
}

function selfTestScan(): void {
  const memory = createMemory(4096);
  const kernels = kernelsOn(memory);
  const products = new Int32Array(memory.buffer, 0, 16);
  products.set([5, -3, 9, 0, 7, 7, 7, 7, -1, 2, 4, 8, 6, 1, 0, 3]);
  const scales = new Float32Array(memory.buffer, 256, 4);
  scales.set([1, 2, 0.5, 4]);
  const residuals = new Float32Array(memory.buffer, 512, 4);
  residuals.set([0.5, 0, 2, 1]);
  const floors = new Float32Array(memory.buffer, 768, 4);
  floors.set([6, 4, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  const slopes = new Float32Array(memory.buffer, 1024, 4).fill(2);
  const centres = new Int32Array(memory.buffer, 1280, 4);
  centres.set([0, 1, 0, -1]);
  const end = kernels.scan(0, 64, 16, 256, 512, 1024, 1280, 768, 1536);
  const found = [...new Uint32Array(memory.buffer, 1536, (end - 1536) / 4)];
  const expected = [...products.keys()].flatMap((i) => {
    const [row, column] = [Math.floor(i / 4), i % 4];
    const at = (list: ArrayLike<number>, index: number) => list[index] as number;
    const whole = at(products, i) - at(centres, column);
    const reach = whole * at(scales, row) + at(slopes, column) * at(residuals, row);
    return reach >= at(floors, column) ? [row * 65_536 + column] : [];
  });
  if (found.join() !== expected.join()) {
    throw new Error('self-test: the scan keeps other rows than it must');
  }
}

function selfTestPeaks(): void {
  const memory = createMemory(4096);
  const kernels = kernelsOn(memory);
  new Int32Array(memory.buffer, 0, 12).set([5, -3, 9, 0, 7, 7, 7, 7, -1, 2, 40, 8]);
  new Float32Array(memory.buffer, 256, 3).set([1, 2, 0.5]);
  new Float32Array(memory.buffer, 512, 3).set([0.5, 0, 2]);
  new Float32Array(memory.buffer, 1024, 4).set([2, 2, 4, 2]);
  new Int32Array(memory.buffer, 1280, 4).set([0, 1, 0, -1]);
  const peaks = new Float32Array(memory.buffer, 1536, 8).fill(Number.NEGATIVE_INFINITY);
  kernels.peaks(0, 48, 16, 256, 512, 1024, 1280, 1536, 1536 + 32);
  // Rows 0 and 2 share a group: 5 · 1 − 2 · 0.5 = 4 is above −1 · 0.5 − 2 · 2, and so on.
  if (peaks.join() !== '4,-3.5,12,0.5,14,12,14,16') {
    throw new Error('self-test: lower bounds differ from what they must be');
  }
}
