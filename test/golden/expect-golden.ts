import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

const EXPECTED = join(import.meta.dirname, 'expected');
const SHOWN_LINES = 12;

/** Whether golden files are written instead of compared. */
export const isUpdating = process.env.GOLDEN_UPDATE === '1';

/** Compares a text with a file below `test/golden/expected`, or writes that file under `npm run golden:update`. */
export async function expectGolden(name: string, actual: string): Promise<void> {
  const path = join(EXPECTED, name);
  if (isUpdating) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, actual);
    return;
  }
  expectSame(`expected/${name}`, actual, await readFile(path, 'utf8').catch(() => null));
}

/** Fails with the first lines that differ and how a difference is accepted. */
export function expectSame(name: string, actual: string, expected: string | null): void {
  if (actual === expected) return;
  expect.fail(
    `test/golden/${name} ${expected === null ? 'is missing' : `differs:\n${shortDiff(expected, actual)}`}\n` +
      'If the difference is meant: npm run golden:update, and read what it changes.',
  );
}

/** The differing middle of two texts: what their first and last lines have in common is left out. */
function shortDiff(expected: string, actual: string): string {
  const old = expected.split('\n');
  const now = actual.split('\n');
  let first = 0;
  while (first < Math.min(old.length, now.length) && old[first] === now[first]) first++;
  let common = 0;
  while (
    common < Math.min(old.length, now.length) - first &&
    old.at(-1 - common) === now.at(-1 - common)
  ) {
    common++;
  }
  const part = (mark: string, lines: readonly string[]): string[] => {
    const middle = lines.slice(first, lines.length - common);
    const more = middle.length - SHOWN_LINES;
    const shown = middle.slice(0, SHOWN_LINES).map((line) => `${mark} ${line}`);
    return more > 0 ? [...shown, `${mark} … and ${more} lines more`] : shown;
  };
  return [`from line ${first + 1}:`, ...part('-', old), ...part('+', now)].join('\n');
}
