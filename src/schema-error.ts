import type { z } from 'zod';
import { type BenchErrorOptions, UsageError } from './errors.ts';

/** What was read, and what is said beside the first thing that is wrong with it. */
export interface ReadValue extends Pick<BenchErrorOptions, 'hint' | 'context'> {
  readonly code: string;
  /** The file, with its line where there is one. */
  readonly where: string;
  /** What the value is called where no field of it is to blame, e.g. `manifest`. */
  readonly whole: string;
}

/** The error of a value from a file that breaks its schema: file, field and reason in one line. */
export function usageErrorOf(
  error: z.ZodError,
  { code, where, whole, ...options }: ReadValue,
): UsageError {
  return new UsageError(code, `${where}: ${firstIssue(error, whole)}`, options);
}

/** The first thing that is wrong, e.g. `phases.0.name: Invalid input: expected string`; one line. */
export function firstIssue({ issues: [issue] }: z.ZodError, whole: string): string {
  const path = issue?.path.map(String).join('.') || whole;
  return withoutLineBreaks(`${path}: ${issue?.message ?? 'invalid'}`);
}

/** The text with every control character and line break as one space. */
export function withoutLineBreaks(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
