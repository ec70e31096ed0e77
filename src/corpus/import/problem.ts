import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import { withoutLineBreaks } from '../../schema-error.ts';

/** Widest vector that is taken; wider ones are taken for a header that lies. */
export const MAX_DIMENSION = 65_536;

/** Most rows of one table: row numbers are 32-bit in ground-truth files. */
export const MAX_ROWS = 0x7fff_ffff;

/** Longest line of a text file, in bytes. */
export const MAX_LINE_BYTES = 4 << 20;

/** Bytes that are read at once. */
export const BLOCK_BYTES = 1 << 20;

/** The error for anything wrong with a file that is imported; `place` is `path`, `path:line`, `path: row N` or `path: byte N`. */
export function importProblem(
  code: string,
  place: string,
  message: string,
  hint: string,
  cause?: unknown,
): UsageError {
  return new UsageError(`import-${code}`, withoutLineBreaks(`${place}: ${message}`), {
    hint,
    context: { place },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a file that cannot be opened or read. */
export function unreadableImport(path: string, cause: unknown): UsageError {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  return importProblem(
    missing ? 'file-missing' : 'file-unreadable',
    path,
    missing ? 'no such file' : `cannot be read (${code})`,
    missing ? 'check the path given with --from' : 'check that it is a file that may be read',
    cause,
  );
}

/**
 * Checks the shape a file claims before anything is allocated for it.
 * @throws UsageError for no or too many rows, and a dimension outside 1 to 65,536
 */
export function checkShape(path: string, rows: number, dimension: number): void {
  if (!Number.isSafeInteger(rows) || rows < 1 || rows > MAX_ROWS) {
    throw importProblem(
      'rows',
      path,
      `its header says ${shown(rows)} rows`,
      `a file holds 1 to ${MAX_ROWS} rows: check that it is of the format named and was downloaded whole`,
    );
  }
  if (!Number.isSafeInteger(dimension) || dimension < 1 || dimension > MAX_DIMENSION) {
    throw importProblem(
      'dimension',
      path,
      `its header says dimension ${shown(dimension)}`,
      `vectors have 1 to ${MAX_DIMENSION} dimensions: check that it is of the format named`,
    );
  }
}

/** A count as a reader of the error should see it: 32-bit counts beyond 2³¹ are negative ones. */
function shown(count: number): string {
  return count > MAX_ROWS && count <= 0xffff_ffff
    ? `${count} (${count - 2 ** 32} as a signed number)`
    : String(count);
}

/**
 * Compares the size that a header promises with the real one.
 * @throws UsageError for a file that is cut short or has bytes left over
 */
export function checkSize(path: string, expectedBytes: number, sizeBytes: number): void {
  if (sizeBytes === expectedBytes) return;
  const what = sizeBytes < expectedBytes ? 'truncated' : 'trailing';
  throw importProblem(
    what,
    `${path}: byte ${Math.min(sizeBytes, expectedBytes)}`,
    sizeBytes < expectedBytes
      ? `the file ends here, but its header promises ${expectedBytes} bytes`
      : `${counted(sizeBytes - expectedBytes, 'byte is', 'bytes are')} left over after what its header promises`,
    what === 'truncated'
      ? 'fetch the file again: it was cut short, or its header is of another file'
      : 'fetch the file again, or check that it is of the format named',
  );
}

/** @throws UsageError where two columns have one name: rows would have the values of one of them alone */
export function checkColumnNames(place: string, names: readonly string[], hint: string): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw importProblem(
    'field',
    place,
    `two columns are called ${JSON.stringify(twice.slice(0, 60))}`,
    hint,
  );
}
