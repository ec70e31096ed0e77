import { UsageError } from '../errors.ts';
import type { AppendLog } from './append-log.ts';

/**
 * Refuses a log with lines that another version of this suite has written: what is decided without them would rest on
 * a part of the log.
 * @param schema name and version of the lines that are known, e.g. `retrieval-parity/look@1`
 * @throws UsageError that names the first such line
 */
export function requireVersion({ path, lines }: AppendLog, schema: string): void {
  const name = schema.slice(0, schema.indexOf('@') + 1);
  for (const { value, lineNumber } of lines) {
    const written = value?.schema;
    if (typeof written !== 'string' || written === schema || !written.startsWith(name)) continue;
    throw new UsageError(
      'log-version',
      `${path}:${lineNumber}: is of ${written}, expected ${schema}`,
      {
        hint: 'use the version of the suite that wrote it',
        context: { file: path, line: lineNumber },
      },
    );
  }
}
