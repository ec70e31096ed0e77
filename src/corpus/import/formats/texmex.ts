import { type BinaryFile, rowsPerBlock, withBinaryFile } from '../binary-file.ts';
import { toFloat32, toRowNumbers } from '../numbers.ts';
import { checkShape, checkSize, importProblem } from '../problem.ts';
import { type Importer, type ListBlock, type RowBlock, vectorBlock } from '../types.ts';

const BYTES: Readonly<Record<string, number>> = { '.fvecs': 4, '.bvecs': 1, '.ivecs': 4 };
const LENGTH_BYTES = 4;

/** TEXMEX (SIFT1M, GIST1M …): each row is a 32-bit length and so many float32, uint8 or int32, little-endian. */
export const texmex: Importer = {
  format: 'texmex',
  extensions: Object.keys(BYTES),
  rows: (source, { signal }) => withBinaryFile(source, (file) => rows(file, signal)),
  lists: (source, { signal }) => withBinaryFile(source, (file) => lists(file, signal)),
};

async function* rows(file: BinaryFile, signal?: AbortSignal): AsyncGenerator<RowBlock> {
  if (file.name.endsWith('.ivecs')) {
    throw importProblem(
      'role',
      file.path,
      'holds lists of row numbers, not vectors',
      `give it as truth=${file.path}`,
    );
  }
  const kind = file.name.endsWith('.bvecs') ? 'u1' : 'f4';
  for await (const { firstRow, width, bytes } of bodies(file, signal)) {
    yield vectorBlock(firstRow, { dimension: width, values: toFloat32(bytes, kind) });
  }
}

async function* lists(file: BinaryFile, signal?: AbortSignal): AsyncGenerator<ListBlock> {
  if (!file.name.endsWith('.ivecs')) {
    throw importProblem(
      'role',
      file.path,
      'holds vectors, not lists of row numbers',
      'ground truth of this format is an .ivecs file',
    );
  }
  for await (const { firstRow, width, bytes } of bodies(file, signal)) {
    const ids = toRowNumbers(new Int32Array(bytes.buffer), file.path, firstRow, width);
    yield { firstRow, count: ids.length / width, k: width, ids, distances: null };
  }
}

/** Blocks of rows with their lengths taken out; every row must have the length of the first. */
async function* bodies(
  file: BinaryFile,
  signal?: AbortSignal,
): AsyncGenerator<{ firstRow: number; width: number; bytes: Buffer }> {
  const { path, sizeBytes } = file;
  const width = (await file.read(0, LENGTH_BYTES)).readUInt32LE(0);
  checkShape(path, 1, width);
  const bodyBytes = width * itemBytes(file);
  const rowBytes = LENGTH_BYTES + bodyBytes;
  const count = Math.floor(sizeBytes / rowBytes);
  checkShape(path, Math.max(1, count), width);
  checkSize(path, Math.ceil(sizeBytes / rowBytes) * rowBytes, sizeBytes);
  const step = rowsPerBlock(rowBytes);
  for (let row = 0; row < count; row += step) {
    signal?.throwIfAborted();
    const taken = Math.min(step, count - row);
    const raw = await file.read(row * rowBytes, taken * rowBytes);
    const bytes = Buffer.from(new ArrayBuffer(taken * bodyBytes));
    for (let i = 0; i < taken; i++) {
      const length = raw.readUInt32LE(i * rowBytes);
      if (length !== width) throw unequal(path, row + i, (row + i) * rowBytes, length, width);
      raw.copy(bytes, i * bodyBytes, i * rowBytes + LENGTH_BYTES, (i + 1) * rowBytes);
    }
    yield { firstRow: row, width, bytes };
  }
}

function unequal(path: string, row: number, offset: number, length: number, width: number): Error {
  return importProblem(
    'dimension',
    `${path}: row ${row} (byte ${offset})`,
    `says length ${length}, the first row says ${width}`,
    'all rows have one length: fetch the file again, or check that it is of the format named',
  );
}

function itemBytes({ path, name }: BinaryFile): number {
  const found = Object.entries(BYTES).find(([extension]) => name.endsWith(extension));
  if (found !== undefined) return found[1];
  throw importProblem(
    'kind',
    path,
    'the name does not tell what kind of number it holds',
    `let its name end in one of ${Object.keys(BYTES).join(' ')}`,
  );
}
