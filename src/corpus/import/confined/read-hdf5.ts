import { type Dataset, ExternalLink, File, ready } from 'h5wasm/node';
import { isMetricName } from '../metric.ts';
import { toRowNumbers } from '../numbers.ts';
import { checkShape, importProblem } from '../problem.ts';
import { type ImportRole, vectorBlock } from '../types.ts';
import { onlyFile } from './one-file.ts';
import type { ConfinedReply, ConfinedTask } from './protocol.ts';

/** Names of the datasets in files of ann-benchmarks. */
const DATASETS: readonly { readonly role: ImportRole; readonly name: string }[] = [
  { role: 'documents', name: 'train' },
  { role: 'queries', name: 'test' },
  { role: 'truth', name: 'neighbors' },
];
const DISTANCES = 'distances';

/** Values that are read at once. */
const BLOCK_VALUES = 1 << 18;

/** Deflate packs no better than this; a dataset that claims more than its file could hold is refused. */
const MOST_PACKED = 1100;

/**
 * ann-benchmarks HDF5: datasets `train`, `test`, `neighbors` and `distances`, attribute `distance`.
 * @throws UsageError where it keeps them in other files, by links, external storage or virtual datasets
 */
export async function* readHdf5(task: ConfinedTask): AsyncGenerator<ConfinedReply> {
  const library = await ready;
  library.activate_throwing_error_handler();
  const opened = onlyFile(task.at);
  try {
    for await (const reply of replies(task)) {
      if (opened.wasLeft()) break;
      yield reply;
    }
  } catch (error) {
    if (!opened.wasLeft()) throw error;
  }
  if (opened.wasLeft()) throw elsewhere(task.path);
}

async function* replies(task: ConfinedTask): AsyncGenerator<ConfinedReply> {
  const file = opened(task);
  const { path, ask } = task;
  if (ask.kind === 'describe') {
    const names = new Set(file.keys());
    const roles = DATASETS.filter(({ name }) => names.has(name)).map(({ role }) => role);
    yield { kind: 'description', description: { roles, metric: namedMetric(file, task.at) } };
    return;
  }
  if (ask.kind === 'lists') {
    yield* lists(file, task);
    return;
  }
  const name = ask.kind === 'rows' && ask.role === 'queries' ? 'test' : 'train';
  const { set, rows, width } = table(file, name, task);
  const step = Math.max(1, Math.floor(BLOCK_VALUES / width));
  for (let row = 0; row < rows; row += step) {
    const values = slice(set, row, Math.min(rows, row + step), width, `${path}: ${name}`);
    yield {
      kind: 'rows',
      block: vectorBlock(row, {
        dimension: width,
        values: values instanceof Float32Array ? values : Float32Array.from(values, Number),
      }),
    };
  }
}

function opened({ path, at }: ConfinedTask): File {
  try {
    return new File(at, 'r');
  } catch (cause) {
    throw importProblem(
      'unreadable',
      path,
      'it cannot be opened as HDF5',
      'fetch the file again: it was cut short, is damaged, or is of another format',
      cause,
    );
  }
}

/** The attribute `distance`, else the last word of the name, as ann-benchmarks calls its files (`glove-25-angular`). */
function namedMetric(file: File, name: string): string | null {
  const declared: unknown = Object.hasOwn(file.attrs, 'distance')
    ? file.attrs.distance?.value
    : null;
  if (declared instanceof Uint8Array) return Buffer.from(declared).toString();
  if (declared !== null) return String(declared);
  const word = /-([a-z]+)\.h(?:df)?5$/i.exec(name)?.[1];
  return word !== undefined && isMetricName(word) ? word : null;
}

async function* lists(file: File, task: ConfinedTask): AsyncGenerator<ConfinedReply> {
  const { path } = task;
  const { set, rows, width } = table(file, 'neighbors', task);
  const hasDistances = file.keys().includes(DISTANCES);
  const far = hasDistances ? table(file, DISTANCES, task) : null;
  if (far !== null && (far.rows !== rows || far.width !== width)) {
    throw importProblem(
      'shape',
      `${path}: ${DISTANCES}`,
      `has the shape ${far.rows} × ${far.width}, neighbors has ${rows} × ${width}`,
      'fetch the file again',
    );
  }
  const step = Math.max(1, Math.floor(BLOCK_VALUES / width));
  for (let row = 0; row < rows; row += step) {
    const end = Math.min(rows, row + step);
    const ids = slice(set, row, end, width, `${path}: neighbors`);
    const distances =
      far === null
        ? null
        : Float32Array.from(slice(far.set, row, end, width, `${path}: ${DISTANCES}`), Number);
    yield {
      kind: 'lists',
      block: {
        firstRow: row,
        count: end - row,
        k: width,
        ids: toRowNumbers(ids, `${path}: neighbors`, row, width),
        distances,
      },
    };
  }
}

function elsewhere(place: string): Error {
  return importProblem('elsewhere', place, 'is kept in other files', 'copy the data into one file');
}

interface Table {
  readonly set: Dataset;
  readonly rows: number;
  readonly width: number;
}

function table(file: File, name: string, { path, sizeBytes }: ConfinedTask): Table {
  const place = `${path}: ${name}`;
  const set = file.keys().includes(name) ? file.get(name) : null;
  if (set instanceof ExternalLink) throw elsewhere(place);
  if (set === null || !('slice' in set)) {
    throw importProblem(
      'dataset',
      path,
      `there is no dataset ${name}`,
      `files of ann-benchmarks hold train, test, neighbors and distances; this one holds ${file.keys().slice(0, 20).join(', ') || 'nothing'}`,
    );
  }
  const { shape, metadata } = set;
  const [rows, width] = shape ?? [];
  const isNumber = metadata.type === 0 || metadata.type === 1;
  if (shape?.length !== 2 || rows === undefined || width === undefined || !isNumber) {
    throw importProblem(
      'shape',
      place,
      'is no two-dimensional table of numbers',
      'vectors are rows × dimension; sets of tokens (Jaccard, Hamming) are not read',
    );
  }
  if (metadata.type === 1 && metadata.size === 2) {
    throw importProblem(
      'kind',
      place,
      'float16 is not read from HDF5',
      "write it as float32, e.g. file['train'][:].astype('float32')",
    );
  }
  checkShape(place, rows, width);
  const claimed = rows * width * metadata.size;
  if (claimed > sizeBytes * (metadata.chunks === null ? 1 : MOST_PACKED)) {
    throw importProblem(
      'truncated',
      place,
      `claims ${claimed} bytes in a file of ${sizeBytes}`,
      'fetch the file again: it was cut short, or its header lies',
    );
  }
  if ((metadata.virtual_sources?.length ?? 0) > 0) {
    throw elsewhere(place);
  }
  return { set, rows, width };
}

function slice(
  set: Dataset,
  from: number,
  to: number,
  width: number,
  place: string,
): ArrayLike<number> & Iterable<number> {
  const values: unknown = set.slice([
    [from, to],
    [0, width],
  ]);
  const count = (to - from) * width;
  const known =
    ArrayBuffer.isView(values) && 'length' in values && (values.length as number) === count;
  if (!known) {
    throw importProblem(
      'unreadable',
      place,
      `rows ${from} to ${to - 1} cannot be read`,
      'fetch the file again; filters other than deflate are not read',
    );
  }
  return values as unknown as ArrayLike<number> & Iterable<number>;
}
