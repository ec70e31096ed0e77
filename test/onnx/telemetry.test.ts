import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sourceFiles } from '../house/source-files.ts';

const ROOT = join(import.meta.dirname, '../..');

it('onnxruntime is imported in one file only', () => {
  const importing = sourceFiles(['src', 'bench', 'test'])
    .map(({ path }) => path)
    .filter((path) =>
      /(?:from|import|require)[\s(]*'onnxruntime-(?:node|common)/.test(
        readFileSync(join(ROOT, path), 'utf8'),
      ),
    );
  expect(importing).toEqual(['src/onnx/onnxruntime.ts']);
});
