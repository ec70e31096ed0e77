import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../record/fixtures.ts';

const PUT_IN_PLACE = new URL('../../src/disk/put-in-place.ts', import.meta.url);
const NEW_FOLDER = new URL('../../src/record/files/new-folder.ts', import.meta.url);
const PARTIAL = new URL('../../src/disk/partial.ts', import.meta.url);
const OWN_FOLDER = new URL('../../src/disk/own-folder.ts', import.meta.url);

/** What is in a folder after a process has run this there; the script prints what was in it before its end. */
function after(cwd: string, script: string) {
  const argv = ['--input-type=module', '-e', `import fs from 'node:fs';\n${script}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
  return { status, stderr, before: JSON.parse(stdout) as string[], left: readdirSync(cwd) };
}

const SHOW_AND_EXIT = 'console.log(JSON.stringify(fs.readdirSync("."))); process.exit(130);';

test('a process that ends while it writes a file leaves the old one, and nothing beside it', async () => {
  const cwd = await temporaryFolder();
  writeFileSync(join(cwd, 'kept.json'), 'old');
  const end = after(
    cwd,
    `import { putInPlace } from '${PUT_IN_PLACE}';
     await putInPlace('kept.json', async (partial) => {
       fs.writeFileSync(partial, 'ne');
       ${SHOW_AND_EXIT}
     });`,
  );
  expect(end.before).toHaveLength(2);
  expect(end).toMatchObject({ status: 130, left: ['kept.json'] });
});

test('a process that ends while it fills a folder leaves none', async () => {
  const cwd = await temporaryFolder();
  const end = after(
    cwd,
    `import { newFolder } from '${NEW_FOLDER}';
     await newFolder(fs.realpathSync('.') + '/made', async (partial) => {
       fs.writeFileSync(partial + '/a', 'a');
       ${SHOW_AND_EXIT}
     });`,
  );
  expect(end.before).toHaveLength(1);
  expect(end).toMatchObject({ status: 130, left: [] });
});

test('what another process writes there stays when one ends', async () => {
  const cwd = await temporaryFolder();
  const end = after(
    cwd,
    `import { partialPath } from '${PARTIAL}';
     const own = partialPath('file');
     fs.writeFileSync(own, 'own');
     fs.writeFileSync(own.replace('-' + process.pid + '-', '-${process.pid}-'), 'of another');
     ${SHOW_AND_EXIT}`,
  );
  expect(end.before).toHaveLength(2);
  expect(end.left).toEqual([expect.stringContaining(`-${process.pid}-`)]);
});

test('a temporary folder goes with its process', async () => {
  const cwd = await temporaryFolder();
  const end = after(
    cwd,
    `import { ownFolder } from '${OWN_FOLDER}';
     process.env.TMPDIR = process.cwd();
     fs.writeFileSync(await ownFolder('of-this-') + '/file', 'own');
     ${SHOW_AND_EXIT}`,
  );
  expect(end.before).toEqual([expect.stringMatching(/^of-this-/)]);
  expect(end).toMatchObject({ status: 130, left: [] });
});
