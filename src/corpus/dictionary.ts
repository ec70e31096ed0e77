import { z } from 'zod';

const PROTO = '__proto__';

/**
 * An object with any keys and values of one kind. It keeps a key called `__proto__`, which `z.record` leaves out
 * without a word.
 */
export function dictionary<Value>(
  values: z.ZodType<Value>,
  keys: z.ZodString = z.string(),
): z.ZodType<Readonly<Record<string, Value>>> {
  const record = z.record(keys, values);
  return z.unknown().transform((input, context) => {
    const parsed = record.safeParse(input);
    if (!parsed.success) return refuse(context, input, parsed.error, []);
    const left = Object.getOwnPropertyDescriptor(input, PROTO);
    if (left === undefined) return parsed.data;
    const value = values.safeParse(left.value);
    if (!value.success) return refuse(context, input, value.error, [PROTO]);
    return Object.fromEntries([...Object.entries(parsed.data), [PROTO, value.data]]);
  });
}

function refuse(
  context: z.RefinementCtx,
  input: unknown,
  { issues }: z.ZodError,
  prefix: readonly string[],
): never {
  for (const { message, path } of issues) {
    context.issues.push({ code: 'custom', message, path: [...prefix, ...path], input });
  }
  return z.NEVER;
}
