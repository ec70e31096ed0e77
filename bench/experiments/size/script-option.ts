import { parseArgs } from 'node:util';

/** A whole number above 0 given to a script as `--NAME N`. @throws Error for anything else */
export function scriptOption(name: string, otherwise: number): number {
  const { values } = parseArgs({ options: { [name]: { type: 'string' } }, strict: false });
  const written = values[name];
  if (written === undefined) return otherwise;
  const value = Number(written);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name}: ${String(written)} is not a whole number above 0`);
}
