import { importProblem } from '../problem.ts';

const NUMBER = /^\s*[+-]?\d{1,9}(\.\d*)?(e[+-]?\d)?\s*$/i;
const TRUTH = /^\s*(true|false)\s*$/i;

/**
 * A grade as a whole number: `2`, `2.0`, `"2"` or 2n; `true` is 1 and `false` 0, also as text.
 * @throws UsageError naming the place
 */
export function gradeOf(value: unknown, place: string): number {
  const number = numberOf(value);
  if (Number.isSafeInteger(number)) return number;
  throw importProblem(
    'grade',
    place,
    `the grade ${shown(value)} is no whole number`,
    Number.isFinite(number)
      ? 'grades are whole numbers from 0 (not relevant) to 3: multiply or round them first'
      : 'grades are whole numbers, or true and false; 0 and less is not relevant',
  );
}

/** Whether a text would be taken for a grade, whole or not. */
export function looksLikeGrade(text: string): boolean {
  return TRUTH.test(text) || (text.trim() !== '' && Number.isFinite(Number(text)));
}

function numberOf(value: unknown): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return Number.NaN;
  if (TRUTH.test(value)) return /true/i.test(value) ? 1 : 0;
  return NUMBER.test(value) ? Number(value) : Number.NaN;
}

function shown(value: unknown): string {
  return JSON.stringify(typeof value === 'bigint' ? String(value) : (value ?? null)).slice(0, 40);
}
