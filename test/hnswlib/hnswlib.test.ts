import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createGraph } from '../../src/hnswlib/hnswlib.ts';

const SRC = join(import.meta.dirname, '..', '..', 'src');

test('a graph finds what was put into it', () => {
  const graph = createGraph('ip', 2);
  graph.initIndex(1);
  graph.addPoint([1, 0], 7);
  expect(graph.searchKnn([1, 0], 1).neighbors).toEqual([7]);
});

test('a library that is not compiled is one error with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'no-hnswlib-'));
  try {
    // Outside of the repository no installed package is found, as where its compilation was left out.
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await mkdir(join(folder, 'src'));
    for (const file of ['hnswlib', 'errors.ts', 'plain-text.ts']) {
      await cp(join(SRC, file), join(folder, 'src', file), { recursive: true });
    }
    await writeFile(
      join(folder, 'use.ts'),
      "import { createGraph } from './src/hnswlib/hnswlib.ts';\n" +
        "try { createGraph('ip', 2); } catch (error) { console.log(error.name, error.message, error.hint); }\n",
    );
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'use.ts')], {
      env: { PATH: process.env.PATH },
    });
    expect(stdout).toMatch(
      /^InfrastructureError the native library of hnswlib-node is not compiled/,
    );
    expect(stdout).toContain('npm rebuild hnswlib-node');
  } finally {
    await rm(folder, { recursive: true });
  }
});
