import { isAbsolute, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../config/package-root.ts';
import { jsonOnce } from '../../corpus/files/repeated-key.ts';
import { readNamedText } from '../../disk/read-named-text.ts';
import { UsageError } from '../../errors.ts';
import { usageErrorOf } from '../../schema-error.ts';
import { writingWord } from '../../wire/sql-writes.ts';
import type { SqlStatement } from '../record/services.ts';

const SHIPPED = 'workers-200.jsonl';
const DEFAULT_TOLERANCE = 1e-9;

const lineSchema = z.strictObject({
  id: z.string().min(1).optional(),
  sql: z.string().min(1),
  ordered: z.boolean().optional(),
  tolerance: z.number().nonnegative().max(1).optional(),
  refused: z.boolean().optional(),
});

/** Statements with the name of their file. */
export interface StatementFile {
  readonly name: string;
  readonly statements: readonly SqlStatement[];
}

/**
 * Reads a statement file, JSON lines of `{id, sql, ordered?, tolerance?, refused?}`; without a name the
 * forty statements of the package.
 * @throws UsageError with file and line, also for a statement that may write unless that is allowed.
 */
export async function readStatements(
  given: string | undefined,
  cwd: string,
  allowWrites: boolean,
): Promise<StatementFile> {
  const path =
    given === undefined
      ? join(packageRoot(), 'corpora', 'statements', SHIPPED)
      : resolve(cwd, given);
  const way = relative(cwd, path);
  const name = given === undefined ? SHIPPED : way.startsWith('..') || isAbsolute(way) ? path : way;
  const text = await readNamedText(path, {
    code: 'sql-file',
    name: `--statements ${name}`,
    hint: HINT,
  });
  const statements = text.split(/\r?\n/).flatMap((line, at) => {
    if (line.trim() === '') return [];
    return [statementOf(line, `${name}:${at + 1}`, at + 1, allowWrites)];
  });
  if (statements.length > 0) return { name, statements };
  throw new UsageError('sql-file', `${name}: no statement in it`, { hint: HINT });
}

function statementOf(
  line: string,
  place: string,
  number: number,
  allowWrites: boolean,
): SqlStatement {
  const value = jsonOnce(
    line,
    (what, cause) => new UsageError('sql-file', `${place}: ${what}`, { hint: HINT, cause }),
  );
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    throw usageErrorOf(parsed.error, { code: 'sql-file', where: place, whole: 'line', hint: HINT });
  }
  const { id, sql, ordered = false, tolerance = DEFAULT_TOLERANCE, refused = false } = parsed.data;
  const word = allowWrites ? null : writingWord(sql);
  if (word !== null) {
    throw new UsageError('sql-writes', `${place}: may write (${word}); nothing was sent`, {
      hint: '--allow-writes sends it to both backends; be sure that they may be written to',
    });
  }
  return { id: id ?? `statement ${number}`, sql, ordered, tolerance, refused };
}

const HINT =
  'one JSON object a line, e.g. {"id": "count", "sql": "SELECT count(*) AS n FROM workers"}';
