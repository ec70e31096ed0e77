import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freshFolders } from './fresh-folders.ts';

const USE = join(import.meta.dirname, 'use-onnxruntime.ts');
const hasStrace = spawnSync('strace', ['-qq', 'true']).status === 0;

test.skipIf(!hasStrace)(
  'a session of onnxruntime connects to nobody (skipped without strace)',
  async () => {
    await using folders = await freshFolders();
    const log = join(folders.cwd, 'calls');
    const watched = ['-f', '-qq', '-e', 'trace=connect,sendto,sendmsg', '-o', log];
    const { stdout } = await promisify(execFile)(
      'strace',
      [...watched, process.execPath, USE, 'encoder'],
      folders,
    );
    expect(stdout).toBe('dimension 768');
    const calls = (await readFile(log, 'utf8')).split('\n');
    expect(calls.filter((call) => /AF_INET/.test(call))).toEqual([]);
  },
);
