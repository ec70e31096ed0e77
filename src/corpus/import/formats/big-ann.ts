import { type BinaryFile, rowsPerBlock, withBinaryFile } from '../binary-file.ts';
import { NUMBER_BYTES, type NumberKind, toFloat32, toRowNumbers } from '../numbers.ts';
import { checkShape, checkSize, importProblem } from '../problem.ts';
import { type Importer, type ListBlock, type RowBlock, vectorBlock } from '../types.ts';

const KINDS: Readonly<Record<string, NumberKind>> = {
  '.fbin': 'f4',
  '.u8bin': 'u1',
  '.i8bin': 'i1',
  '.ibin': 'i4',
};
const HEADER_BYTES = 8;

/**
 * big-ann-benchmarks: two 32-bit counts (rows, dimension), then the rows, little-endian. An `.ibin` holds
 * lists of row numbers, followed by as many float32 distances or by nothing.
 */
export const bigAnn: Importer = {
  format: 'bigann',
  extensions: Object.keys(KINDS),
  rows: (source, { signal }) => withBinaryFile(source, (file) => rows(file, signal)),
  lists: (source, { signal }) => withBinaryFile(source, (file) => lists(file, signal)),
};

async function* rows(file: BinaryFile, signal?: AbortSignal): AsyncGenerator<RowBlock> {
  const kind = kindOf(file);
  if (kind === 'i4') {
    throw importProblem(
      'role',
      file.path,
      'holds lists of row numbers, not vectors',
      `give it as truth=${file.path}`,
    );
  }
  const { count, width } = await header(file);
  const rowBytes = width * NUMBER_BYTES[kind];
  checkSize(file.path, HEADER_BYTES + count * rowBytes, file.sizeBytes);
  const step = rowsPerBlock(rowBytes);
  for (let row = 0; row < count; row += step) {
    signal?.throwIfAborted();
    const taken = Math.min(step, count - row);
    const bytes = await file.read(HEADER_BYTES + row * rowBytes, taken * rowBytes);
    yield vectorBlock(row, { dimension: width, values: toFloat32(bytes, kind) });
  }
}

async function* lists(file: BinaryFile, signal?: AbortSignal): AsyncGenerator<ListBlock> {
  if (kindOf(file) !== 'i4') {
    throw importProblem(
      'role',
      file.path,
      'holds vectors, not lists of row numbers',
      'ground truth of this format is an .ibin file',
    );
  }
  const { count, width } = await header(file);
  const rowBytes = width * 4;
  const idsBytes = count * rowBytes;
  const withDistances = file.sizeBytes === HEADER_BYTES + 2 * idsBytes;
  if (!withDistances) checkSize(file.path, HEADER_BYTES + idsBytes, file.sizeBytes);
  const step = rowsPerBlock(rowBytes);
  for (let row = 0; row < count; row += step) {
    signal?.throwIfAborted();
    const taken = Math.min(step, count - row);
    const at = HEADER_BYTES + row * rowBytes;
    const ids = await file.read(at, taken * rowBytes);
    yield {
      firstRow: row,
      count: taken,
      k: width,
      ids: toRowNumbers(new Int32Array(ids.buffer), file.path, row, width),
      distances: withDistances
        ? new Float32Array((await file.read(at + idsBytes, taken * rowBytes)).buffer)
        : null,
    };
  }
}

async function header(file: BinaryFile): Promise<{ count: number; width: number }> {
  const bytes = await file.read(0, HEADER_BYTES);
  const count = bytes.readUInt32LE(0);
  const width = bytes.readUInt32LE(4);
  checkShape(file.path, count, width);
  return { count, width };
}

function kindOf({ path, name }: BinaryFile): NumberKind {
  const found = Object.entries(KINDS).find(([extension]) => name.endsWith(extension));
  if (found !== undefined) return found[1];
  throw importProblem(
    'kind',
    path,
    'the name does not tell what kind of number it holds',
    `let its name end in one of ${Object.keys(KINDS).join(' ')}`,
  );
}
