import { type BinaryFile, rowsPerBlock, withBinaryFile } from '../binary-file.ts';
import { NUMBER_BYTES, type NumberKind, toFloat32, toRowNumbers } from '../numbers.ts';
import { checkShape, checkSize, importProblem } from '../problem.ts';
import { type Importer, type ListBlock, type RowBlock, vectorBlock } from '../types.ts';

const MAGIC = '\u0093NUMPY';
/** Longest header that is read; NumPy's own are 128 bytes. */
const MAX_HEADER_BYTES = 65_536;
const VECTOR_KINDS: readonly NumberKind[] = ['f2', 'f4', 'f8', 'i1', 'u1'];
const LIST_KINDS: readonly NumberKind[] = ['i4', 'u4', 'i8', 'u8'];

/** NumPy `.npy` (header versions 1 to 3): a two-dimensional array in C order, little-endian. */
export const npy: Importer = {
  format: 'npy',
  extensions: ['.npy'],
  rows: (source, { signal }) => withBinaryFile(source, (file) => rows(file, signal)),
  lists: (source, { signal }) => withBinaryFile(source, (file) => lists(file, signal)),
};

async function* rows(file: BinaryFile, signal?: AbortSignal): AsyncGenerator<RowBlock> {
  for await (const { firstRow, width, kind, bytes } of bodies(file, VECTOR_KINDS, signal)) {
    yield vectorBlock(firstRow, { dimension: width, values: toFloat32(bytes, kind) });
  }
}

async function* lists(file: BinaryFile, signal?: AbortSignal): AsyncGenerator<ListBlock> {
  for await (const { firstRow, width, kind, bytes } of bodies(file, LIST_KINDS, signal)) {
    const { buffer } = bytes;
    const numbers =
      kind === 'i4'
        ? new Int32Array(buffer)
        : kind === 'u4'
          ? new Uint32Array(buffer)
          : kind === 'i8'
            ? new BigInt64Array(buffer)
            : new BigUint64Array(buffer);
    const ids = toRowNumbers(numbers, file.path, firstRow, width);
    yield { firstRow, count: ids.length / width, k: width, ids, distances: null };
  }
}

async function* bodies(
  file: BinaryFile,
  kinds: readonly NumberKind[],
  signal?: AbortSignal,
): AsyncGenerator<{ firstRow: number; width: number; kind: NumberKind; bytes: Buffer }> {
  const { path } = file;
  const { text, startByte } = await headerText(file);
  const { kind, count, width } = parsedHeader(path, text, kinds);
  checkShape(path, count, width);
  const rowBytes = width * NUMBER_BYTES[kind];
  checkSize(path, startByte + count * rowBytes, file.sizeBytes);
  const step = rowsPerBlock(rowBytes);
  for (let row = 0; row < count; row += step) {
    signal?.throwIfAborted();
    const taken = Math.min(step, count - row);
    const bytes = await file.read(startByte + row * rowBytes, taken * rowBytes);
    yield { firstRow: row, width, kind, bytes };
  }
}

async function headerText(file: BinaryFile): Promise<{ text: string; startByte: number }> {
  const start = await file.read(0, 10);
  if (start.toString('latin1', 0, 6) !== MAGIC) {
    throw importProblem(
      'magic',
      file.path,
      'does not begin like an .npy file',
      'save one array with numpy.save',
    );
  }
  const version = start[6] ?? 0;
  if (version < 1 || version > 3) {
    throw importProblem(
      'version',
      `${file.path}: byte 6`,
      `header version ${version} is not known`,
      'save the array with numpy.save; versions 1 to 3 are read',
    );
  }
  const lengthBytes = version === 1 ? 2 : 4;
  const length =
    version === 1 ? start.readUInt16LE(8) : (await file.read(8, lengthBytes)).readUInt32LE(0);
  if (length > MAX_HEADER_BYTES) {
    throw importProblem(
      'header',
      `${file.path}: byte 8`,
      `a header of ${length} bytes is too long`,
      `a header has at most ${MAX_HEADER_BYTES} bytes: fetch the file again`,
    );
  }
  const text = (await file.read(8 + lengthBytes, length)).toString('latin1');
  return { text, startByte: 8 + lengthBytes + length };
}

function parsedHeader(
  path: string,
  text: string,
  kinds: readonly NumberKind[],
): { kind: NumberKind; count: number; width: number } {
  const descr = /'descr':\s*'([<>|=]?)([a-zA-Z]\d+)'/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (descr === null || order === undefined || shape === undefined) {
    throw importProblem(
      'header',
      `${path}: byte 10`,
      'the header does not name descr, fortran_order and shape of a plain array',
      'save one array of numbers with numpy.save; structured and pickled arrays are not read',
    );
  }
  if (order === 'True') {
    throw importProblem(
      'fortran-order',
      path,
      'the array is in Fortran order, column after column',
      'save numpy.ascontiguousarray(array) instead',
    );
  }
  const kind = kinds.find((one) => one === descr[2]);
  if (kind === undefined || descr[1] === '>') {
    throw importProblem(
      'kind',
      path,
      `numbers of the kind ${descr[1]}${descr[2]} are not read here`,
      `save array.astype('<f4') for vectors, array.astype('<i4') for ground truth`,
    );
  }
  const sizes = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const [count, width] = sizes;
  if (sizes.length !== 2 || count === undefined || width === undefined) {
    throw importProblem(
      'shape',
      path,
      `the array has ${sizes.length} dimensions, not two`,
      'save an array of shape (rows, dimension)',
    );
  }
  return { kind, count, width };
}
