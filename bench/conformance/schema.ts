import * as z from 'zod';
import { UsageError } from '../../src/errors.ts';
import { usageErrorOf } from '../../src/schema-error.ts';

const vectorCase = z.looseObject({
  id: z.string(),
  input: z.record(z.string(), z.unknown()),
  expected: z.record(z.string(), z.unknown()),
});

const vectorSuite = z.looseObject({
  metric: z.string(),
  abs_tol: z.number().nonnegative(),
  rel_tol: z.number().nonnegative(),
  exact_fields: z.array(z.string()).default([]),
  cases: z.array(vectorCase),
});

const vectorFile = z.looseObject({
  schema: z.literal('metric_vectors/v1'),
  suites: z.array(vectorSuite).min(1),
});

/** One case: what goes in, and what every field of the result must be. */
export type VectorCase = z.infer<typeof vectorCase>;

/** The cases of one metric, with its tolerances and the fields that must match exactly. */
export type VectorSuite = z.infer<typeof vectorSuite>;

/**
 * Reads the text of a file of metric vectors.
 *
 * @throws UsageError where it is not JSON, or not of the schema `metric_vectors/v1`
 */
export function parseVectorFile(text: string, path: string): readonly VectorSuite[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new UsageError('vectors-malformed', `${path} is not JSON: ${reasonOf(cause)}`, {
      hint: 'give a file of the schema metric_vectors/v1',
      context: { path },
      cause,
    });
  }
  const result = vectorFile.safeParse(parsed);
  if (!result.success) {
    throw usageErrorOf(result.error, {
      code: 'vectors-malformed',
      where: `${path} is not a file of metric vectors`,
      whole: 'the top',
      hint: 'the schema is metric_vectors/v1: suites of cases',
      context: { path },
    });
  }
  return result.data.suites;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
