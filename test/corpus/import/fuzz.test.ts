import { expect, test } from 'vitest';
import { soundFiles } from '../../../bench/experiments/reliability/hostile-files/sound-files.ts';
import {
  mutantOf,
  tryFile,
} from '../../../bench/experiments/reliability/hostile-files/try-file.ts';
import { temporaryFolder } from './harness.ts';
import { hdf5File } from './tiny-files.ts';

test('damaged files of every format are read whole or refused, seed by seed', async () => {
  await using folder = await temporaryFolder();
  const files = soundFiles(await hdf5File(folder.path));
  const failures: string[] = [];
  const tried = new Set<string>();
  for (let seed = 1; seed <= 150; seed++) {
    const { file } = mutantOf(seed, files);
    // A damaged HDF5 or Arrow file may hold its library up for seconds: the experiment has those.
    if (/hdf5|arrow/.test(file.name)) continue;
    tried.add(file.name);
    const what = await tryFile(seed, files, folder.path, false);
    if (what !== null) failures.push(`seed ${seed}: ${what}`);
  }
  expect(failures).toEqual([]);
  expect(tried.size).toBeGreaterThan(20);
});

test('a stream of Arrow whose schema lost its columns is refused, and not taken for an empty file', async () => {
  await using folder = await temporaryFolder();
  const files = soundFiles(await hdf5File(folder.path));
  const seed = 5664;
  expect(mutantOf(seed, files)).toMatchObject({
    file: { name: 'rows.arrows' },
    mutant: { what: 'byte 50' },
  });
  expect(await tryFile(seed, files, folder.path, false)).toBeNull();
});
