import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../../src/config/package-root.ts';
import { FAULTS } from '../../../../src/demo/gateway/faults/registry.ts';

test('the table of docs/faults.md is the registry', async () => {
  const text = await readFile(join(packageRoot(), 'docs', 'faults.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(
    [...FAULTS.values()].map(
      ({ kind, summary, changes, component, corpus, defaultRate, rateMeans }) =>
        `| \`${kind}\` | ${summary} | ${changes.join(', ')} | ${component ?? '–'} | ${corpus} | ${defaultRate}, ${rateMeans} |`,
    ),
  );
});
