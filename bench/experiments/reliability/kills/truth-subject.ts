import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sha256Hex } from '../../../../src/record/files/write-whole.ts';
import { filesBelow } from '../inputs.ts';
import { complaint } from './left-behind.ts';
import type { Subject } from './subject.ts';

const ARGV = ['truth', 'vectors', '--k', '10', '--out', 'truth'];

/** `bench truth` of a corpus that is searched in native threads: the same bytes when it is called again. */
export const truthSubject: Subject = {
  name: 'truth',
  goesOn: true,
  argv: ARGV,
  ends: [0],
  expected: filesOf,
  goOn: async ({ cwd, run }, expected) => {
    const again = await run(ARGV);
    if (again.code !== 0)
      return `called again it ended with ${again.code}: ${complaint(again.stderr)}`;
    return isDeepStrictEqual(await filesOf(cwd), expected)
      ? null
      : 'other bytes than without the kill';
  },
};

async function filesOf(cwd: string): Promise<unknown> {
  const files: string[] = [];
  for (const path of await filesBelow(join(cwd, 'truth'))) {
    files.push(`${basename(path)} ${sha256Hex(await readFile(path))}`);
  }
  return files;
}
