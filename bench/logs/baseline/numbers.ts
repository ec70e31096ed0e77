import { UsageError } from '../../../src/errors.ts';

/**
 * A number that somebody wrote.
 * @throws UsageError that names where it was written.
 */
export function readNumber(written: string, origin: string): number {
  const value = Number(written);
  if (written.trim() !== '' && Number.isFinite(value)) return value;
  throw new UsageError('number', `${origin}: ${JSON.stringify(written)} is no number`);
}
