import type { UsageError } from '../../../errors.ts';
import { importProblem } from '../problem.ts';

/** What a library says of a file that it cannot read, as one error of the suite. */
export function foreignProblem(error: unknown, path: string, format: string): UsageError {
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return importProblem(
    'unreadable',
    path,
    `it cannot be read as ${format}: ${why}`,
    /codec/i.test(why)
      ? 'write it without compression; Parquet may use snappy, gzip, zstd, brotli or LZ4_RAW, Arrow LZ4 or zstd'
      : 'the file is damaged, or is not of the format named',
  );
}
