import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { exactJson } from './exact-json.ts';

/** A parsed JSON text. @throws UsageError at `where` (`file` or `file:line`) when it is no JSON. */
export function parsedJson(text: string, where: string): unknown {
  try {
    return exactJson(text);
  } catch (cause) {
    throw new UsageError(
      'corpus-malformed-json',
      `${where}: malformed JSON: ${oneLine((cause as Error).message)}`,
      { hint: 'each line is one complete JSON object', context: { where }, cause },
    );
  }
}

/** A value that satisfies the schema. @throws UsageError at `where`, naming the path of the field. */
export function validated<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = z.core.toDotPath(issue?.path ?? []) || 'the object';
  throw new UsageError(
    'corpus-schema',
    `${where}: ${oneLine(`${path}: ${issue?.message ?? 'invalid'}`)}`,
    {
      hint: 'docs/corpora.md describes the files of a corpus',
      context: { where, path },
    },
  );
}

/** The text with every control character and line break as one space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
