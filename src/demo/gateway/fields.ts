import { z } from 'zod';

/** Name of an index; its length is bounded because it becomes a table's name. */
export const collectionName = z
  .string()
  .regex(/^[^\p{Cc}]+$/u, 'expected a name without control characters')
  .refine((name) => Buffer.byteLength(name) <= 63, 'expected at most 63 bytes');

export const documentId = z.string().min(1).max(512);

const value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

// zod leaves `__proto__` out of a record without a word; a condition would be ignored.
const noProto = z
  .unknown()
  .refine(
    (fields) =>
      typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, '__proto__'),
    'a field may not be called __proto__',
  );

/** An object whose keys are names of metadata fields. */
export function fieldsSchema<Value extends z.ZodType>(values: Value) {
  return noProto.pipe(z.record(z.string().min(1).max(256), values));
}

/** Structured fields of one document. */
export const metadataFields = fieldsSchema(value);
