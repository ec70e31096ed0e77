import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const DECLARED =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|class|const|let|interface|type) ([A-Za-z_$][\w$]*)/gm;

/** Drivers are made alike, one folder a store: what is named alike in two of them is one idea. */
const DRIVER = /^src\/wire\/(?!http|json|driver|lakehouse|engine\/)[a-z-]+\//;

/** Names with the files that declare and export them; `export … from` declares nothing. */
function exportedNames(files: Readonly<Record<string, string>>): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [file, text] of Object.entries(files)) {
    for (const name of new Set(Array.from(text.matchAll(DECLARED), ([, found = '']) => found))) {
      names.set(name, [...(names.get(name) ?? []), file]);
    }
  }
  return names;
}

function repeated(files: Readonly<Record<string, string>>): string[] {
  return [...exportedNames(files)]
    .filter(([, places]) => places.length > 1 && !places.every((place) => DRIVER.test(place)))
    .map(([name, places]) => `${name}: ${places.join(', ')}`)
    .sort();
}

it('no name is exported by two files', () => {
  // Experiments are scripts of their own: nothing imports them, and they may name things as they like.
  const paths = globSync(['src/**/*.ts', 'bench/**/*.ts'], { cwd: ROOT }).filter(
    (path) => !path.startsWith(join('bench', 'experiments')),
  );
  expect(paths.length).toBeGreaterThan(400);
  const files = paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]);
  expect(repeated(Object.fromEntries(files))).toEqual([]);
});

it('a name with two meanings is found, of whatever kind its declarations are', () => {
  const files = {
    'a.ts': 'export interface Pair {}\nexport async function ask() {}\nexport const one = 1;\n',
    'b.ts':
      'export type Pair = 1;\nexport const ask = 1;\nconst one = 2;\nexport { one } from "./a.ts";\n',
    'c.ts': 'export abstract class Two {}\nexport function* three() {}\n',
    'd.ts': 'export class Two {}\nexport function three() {}\n',
  };
  expect(repeated(files)).toEqual([
    'Pair: a.ts, b.ts',
    'Two: c.ts, d.ts',
    'ask: a.ts, b.ts',
    'three: c.ts, d.ts',
  ]);
});
