import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { dependencies, scripts } = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
};

/** Cells of the rows of the only table of a page, without its heading. */
function rowsOf(page: string): string[][] {
  const lines = page.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

it('docs/dependencies.md has a whole row for each dependency, in its version and licence', () => {
  const rows = rowsOf(read('docs/dependencies.md'));
  const listed = rows.map(([name = '', version = '']) => [name, version]);
  expect(Object.fromEntries(listed)).toEqual(dependencies);
  expect(rows).toHaveLength(Object.keys(dependencies).length);
  for (const row of rows) {
    const [name = '', , licence, size, why, instead] = row;
    const { license } = JSON.parse(read(`node_modules/${name}/package.json`)) as {
      license: string;
    };
    // Those that name a file instead are told apart by hand.
    if (!license.startsWith('SEE LICENSE')) expect(`${name} ${licence}`).toBe(`${name} ${license}`);
    expect(Number(size)).toBeGreaterThan(0);
    expect([name, why, instead].every((cell) => cell !== undefined && cell !== '')).toBe(true);
  }
});

it('the package gets a CycloneDX list of what is installed with it, and of nothing else', async () => {
  expect(scripts.prepack).toMatch(/npm run sbom$/);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'sbom-'));
  const path = join(folder.path, 'sbom.json');
  await promisify(execFile)('npm', ['run', '-s', 'sbom', '--', path], { cwd: ROOT });
  const { bomFormat, components } = JSON.parse(readFileSync(path, 'utf8')) as {
    bomFormat: string;
    components: { name: string; version: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const held = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const needed = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
  expect(needed.filter((one) => !held.has(one))).toEqual([]);
  const tools = ['vitest', 'typescript', 'playwright-core'];
  expect(components.filter(({ name }) => tools.includes(name))).toEqual([]);
});
