import type { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { usageErrorOf, withoutLineBreaks } from '../../schema-error.ts';
import { exactJson } from './exact-json.ts';

/** A parsed JSON text. @throws UsageError at `where` (`file` or `file:line`) when it is no JSON. */
export function parsedJson(text: string, where: string): unknown {
  try {
    return exactJson(text);
  } catch (cause) {
    throw new UsageError(
      'corpus-malformed-json',
      `${where}: malformed JSON: ${withoutLineBreaks((cause as Error).message)}`,
      { hint: 'each line is one complete JSON object', context: { where }, cause },
    );
  }
}

/** A value that satisfies the schema. @throws UsageError at `where`, naming the path of the field. */
export function validated<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw usageErrorOf(result.error, {
    code: 'corpus-schema',
    where,
    whole: 'the object',
    hint: 'docs/corpora.md describes the files of a corpus',
    context: { where },
  });
}
