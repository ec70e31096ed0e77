import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearestName } from '../../src/config/nearest.ts';
import { EXIT } from '../../src/errors.ts';
import { plainLine } from '../../src/plain-text.ts';

/** The flags of a script as `parseArgs` reads them; a mistake ends the process with one line and exit 2. */
export function scriptFlags<Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const [what = ''] = error.message.split(/\.\s/);
    const [, unknown] = /^Unknown option '--([^']*)'$/.exec(what) ?? [];
    const known = Object.keys(config.options ?? {});
    return endMistaken(unknown === undefined ? what : `--${unknown}: ${unlike(unknown, known)}`);
  }
}

/** A whole number that was written for a flag; anything else ends the process as `scriptFlags` does. */
export function wholeNumber(flag: string, written: string, least = 1): number {
  const value = /^\d+$/.test(written) ? Number(written) : Number.NaN;
  if (value >= least && Number.isSafeInteger(value)) return value;
  return endMistaken(`--${flag}: ${written} is no whole number from ${least} on`);
}

/** Whole numbers above 0, each by its flag and with its default; `others` are strings that somebody else reads. */
export function wholeNumbers<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
  others: readonly string[] = ['out'],
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const option = { type: 'string' } as const;
  const { values } = scriptFlags({
    options: Object.fromEntries([...names, ...others].map((name) => [name, option])),
  });
  const numberOf = (name: Name): number => {
    const written = values[name];
    return written === undefined ? defaults[name] : wholeNumber(name, String(written));
  };
  return Object.fromEntries(names.map((name) => [name, numberOf(name)])) as Record<Name, number>;
}

/**
 * The names of a list with commas, each of them known, or all where nothing is written; another one ends the process as
 * `scriptFlags` does.
 */
export function knownNames(
  flag: string,
  written: string | undefined,
  known: readonly string[],
): readonly string[] {
  if (written === undefined) return known;
  const names = written.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.includes(name)) endMistaken(`--${flag} ${name}: ${unlike(name, known)}`);
  }
  return names;
}

function unlike(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null
    ? `unknown; there are ${known.join(', ') || 'none'}`
    : `unknown; did you mean ${nearest}?`;
}

function endMistaken(what: string): never {
  process.stderr.write(`${plainLine(what)}\n`);
  process.exit(EXIT.usage);
}
