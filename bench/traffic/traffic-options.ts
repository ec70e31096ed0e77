import { InvalidArgumentError, Option } from 'commander';
import { collected } from '../config-options.ts';

/** What is redacted beside what always is, of commands that record texts. */
export function redactOption(): Option {
  return new Option('--redact <name=pattern>', 'what else is redacted; may be repeated').argParser(
    collected,
  );
}

/** The value of a flag that is a share. @throws InvalidArgumentError */
export function shareFlag(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('expected a share from 0 to 1');
}

/** The value of a flag that says how many times as much. @throws InvalidArgumentError */
export function factorFlag(text: string): number {
  const value = Number(text);
  if (value >= 1 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number from 1');
}

/** The value of a flag that is a number above 0. @throws InvalidArgumentError */
export function positiveFlag(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number above 0');
}
