import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  ...globSync('{docs,corpora}/**/*.md', { cwd: ROOT }),
];

/** Names of files of this repository in a text; those with a part in capitals show a form. */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w./-])(?:src|bench|test|docs)\/[\w./-]*\w/g)]
    .map(([path]) => path)
    .filter((path) => !/\b[A-Z]+\b/.test(path));
}

/** The name by which a heading can be linked to. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** Links of a document to another one, or to a heading, that lead nowhere. */
function deadLinks(document: string, text: string): string[] {
  return [...text.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
    ([link, path = '', anchor]) => {
      const target = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(ROOT, target))) return [link];
      if (anchor === undefined) return [];
      const headings = readFileSync(join(ROOT, target), 'utf8').matchAll(/^#+ (.+)$/gm);
      return [...headings].some(([, heading = '']) => anchorOf(heading) === anchor) ? [] : [link];
    },
  );
}

describe('files that documents name', () => {
  it.each(DOCUMENTS)('of %s are there', (document) => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    expect(pathsIn(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(deadLinks(document, text)).toEqual([]);
  });

  it('are found, and missed where they are not there', () => {
    expect(pathsIn('see `src/nope.ts`, bench/main.ts and src/NAME/')).toEqual([
      'src/nope.ts',
      'bench/main.ts',
    ]);
    expect(
      deadLinks('README.md', '[a](docs/nope.md) [b](docs/report.md#nope) [c](#start)'),
    ).toEqual(['](docs/nope.md)', '](docs/report.md#nope)']);
  });
});
