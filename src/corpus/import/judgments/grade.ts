import { importProblem } from '../problem.ts';

/**
 * A grade as a whole number: `2`, `2.0`, `"2"` or 2n.
 * @throws UsageError naming the place
 */
export function gradeOf(value: unknown, place: string): number {
  const number =
    typeof value === 'number' || typeof value === 'bigint'
      ? Number(value)
      : typeof value === 'string' && /^\s*[+-]?\d{1,9}(\.\d*)?(e[+-]?\d)?\s*$/i.test(value)
        ? Number(value)
        : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw importProblem(
    'grade',
    place,
    `the grade ${shown(value)} is no whole number`,
    Number.isFinite(number)
      ? 'grades are whole numbers from 0 (not relevant) to 3: multiply or round them first'
      : 'grades are whole numbers; 0 and less is not relevant',
  );
}

/** Whether a text would be taken for a grade, whole or not. */
export function looksLikeGrade(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

function shown(value: unknown): string {
  return JSON.stringify(typeof value === 'bigint' ? String(value) : (value ?? null)).slice(0, 40);
}
