import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const CHILD = new URL('../support/leaving-child.ts', import.meta.url).pathname;

test.each([
  ['an index is built', 'index', 100],
  ['an index is built', 'index', 900],
  ['rows are searched exactly', 'exact', 900],
])(
  'a process that ends by itself while %s in native code is not aborted (%s, %i ms)',
  (_what, work, afterMs) => {
    const { status, signal, stderr } = spawnSync(
      process.execPath,
      [
        ...['--conditions=source', '--disable-warning=ExperimentalWarning'],
        ...[CHILD, work, String(afterMs)],
      ],
      { encoding: 'utf8' },
    );
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  },
);
