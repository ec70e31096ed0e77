import * as z from 'zod';

/** A suite's metric as a function from a case's input to the object its expectation is held against. */
export type SuiteAdapter = (input: unknown) => Readonly<Record<string, unknown>>;

/** Joins a suite's input schema to the metric it calls; an input that does not fit throws. */
export function adapter<T extends z.ZodType>(
  schema: T,
  run: (input: z.infer<T>) => Readonly<Record<string, unknown>>,
): SuiteAdapter {
  return (input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw new RangeError(`unreadable input: ${z.prettifyError(parsed.error)}`);
    return run(parsed.data);
  };
}

/** A document's id. */
export const caseId = z.union([z.string(), z.number()]);

/** A list of numbers. */
export const numbers = z.array(z.number());
