import { execFileSync, spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { diskError, systemError } from '../../src/disk/disk-error.ts';
import { takeLock } from '../../src/disk/file-lock.ts';
import { partialPath, removeAbandoned } from '../../src/disk/partial.ts';
import { readRegular } from '../../src/disk/read-regular.ts';
import { BenchError } from '../../src/errors.ts';
import { writeNewFile } from '../../src/record/files/new-file.ts';
import { newFolder } from '../../src/record/files/new-folder.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import { emptyIndex, writeIndex } from '../../src/wire/hnsw/stored-index.ts';
import { temporaryFolder } from './fixtures.ts';

const SCRIPT = fileURLToPath(new URL('./write-once.ts', import.meta.url));

/** Runs the script with files of at most 4,096 bytes: the disk takes a part of a write, and refuses the rest. */
function onSmallDisk(...argv: readonly string[]): unknown {
  const shell = 'trap "" XFSZ; ulimit -f 8; exec "$0" "$@"';
  const { stdout, stderr } = spawnSync('sh', ['-c', shell, process.execPath, SCRIPT, ...argv], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

test('a disk that takes a part of a file leaves the old one in its place, and nothing beside it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'ledger.md');
  await writeFile(path, 'as it was');
  expect(onSmallDisk('whole', path, '100000')).toMatchObject({
    exitCode: 4,
    message: `${path}: cannot be written: the file may not become so large (EFBIG)`,
  });
  expect(await readFile(path, 'utf8')).toBe('as it was');
  expect(await readdir(folder)).toEqual(['ledger.md']);
});

test('a disk that takes a part of a line leaves the log as it was', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl');
  await writeFile(path, '{"a":1}\n');
  expect(onSmallDisk('log', path, '100000')).toMatchObject({
    exitCode: 4,
    message: `${path}: cannot be appended to: the file may not become so large (EFBIG)`,
  });
  expect(await readFile(path, 'utf8')).toBe('{"a":1}\n');
});

test('a file that is written again keeps its rights, a link stays a link, a device is written', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'file');
  await writeFile(path, 'old');
  await chmod(path, 0o600);
  await symlink(path, join(folder, 'link'));
  await writeWhole(join(folder, 'link'), Buffer.from('new'));
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  await symlink('later', join(folder, 'early'));
  await writeWhole(join(folder, 'early'), Buffer.from('new'));
  expect(await readFile(join(folder, 'later'), 'utf8')).toBe('new');
  expect((await lstat(join(folder, 'early'))).isSymbolicLink()).toBe(true);
  await symlink('round', join(folder, 'round'));
  await expect(writeWhole(join(folder, 'round'), Buffer.from('new'))).rejects.toMatchObject({
    message: expect.stringContaining('its links go round in a circle'),
  });
  await writeWhole('/dev/null', Buffer.from('new'));
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  await expect(writeWhole('/dev/full', Buffer.from('new'))).rejects.toMatchObject({
    message: '/dev/full: cannot be written: the disk is full (ENOSPC)',
  });
});

test('the working folder is not replaced by a new one', async () => {
  const folder = await temporaryFolder();
  const before = process.cwd;
  process.cwd = () => folder;
  onTestFinished(() => {
    process.cwd = before;
  });
  await expect(newFolder(folder, async () => {})).rejects.toMatchObject({
    code: 'new-folder',
    message: expect.stringContaining('is the working folder'),
  });
});

test('a folder in the place of a file is told by its path', async () => {
  const folder = await temporaryFolder();
  const error = await readRegular(folder).catch((thrown: unknown) => thrown);
  expect(systemError(error)?.message).toBe(`${folder}: cannot be used: it is a folder (EISDIR)`);
});

test.skipIf(process.platform === 'win32')(
  'a pipe is written where somebody reads it, and not waited for where nobody does',
  async () => {
    const pipe = join(await temporaryFolder(), 'pipe.md');
    execFileSync('mkfifo', [pipe]);
    await expect(writeWhole(pipe, Buffer.from('new'))).rejects.toMatchObject({
      message: `${pipe}: cannot be written: nobody reads the pipe (ENXIO)`,
    });
    const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    await writeWhole(pipe, Buffer.from('new'));
    expect(String(await reader.readFile())).toBe('new');
    await reader.close();
  },
);

test.each([
  ['a folder that is not there', (at: string) => join(at, 'none', 'x'), 'ENOENT'],
  ['a file in the place of a folder', (at: string) => join(at, 'file', 'x'), 'ENOTDIR'],
  ['a folder in the place of a file', (at: string) => join(at, 'folder'), 'EISDIR'],
  ['a name that is too long', (at: string) => join(at, 'x'.repeat(300)), 'ENAMETOOLONG'],
])('%s is told by its path, in one line', async (_, place, code) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(folder, 'folder'));
  const path = place(folder);
  const error = await writeWhole(path, Buffer.from('x')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BenchError);
  const { message, hint, exitCode } = error as BenchError;
  expect(message).toMatch(new RegExp(`^.*: cannot be written: .* \\(${code}\\)$`));
  expect(message.startsWith(path)).toBe(true);
  expect([hint === null, exitCode]).toEqual([false, 4]);
});

/** What a process that is gone would have been writing. */
function abandoned(path: string): string {
  const module = new URL('../../src/disk/partial.ts', import.meta.url);
  const script = `import('${module}').then(({ partialPath }) => process.stdout.write(partialPath(process.argv[1])))`;
  return spawnSync(process.execPath, ['-e', script, path], { encoding: 'utf8' }).stdout;
}

test('what killed processes were writing is removed, and nothing else', async () => {
  const folder = await temporaryFolder();
  const own = partialPath(join(folder, 'own'));
  const begun = abandoned(join(folder, 'run'));
  await mkdir(begun);
  await writeFile(join(begun, 'half'), '');
  await writeFile(own, '');
  await writeFile(join(folder, '.partial-1-2'), '');
  expect(await removeAbandoned(folder)).toHaveLength(1);
  expect((await readdir(folder)).sort()).toEqual(
    [own.slice(folder.length + 1), '.partial-1-2'].sort(),
  );
});

test.each([
  ['is written again', (path: string) => writeWhole(path, Buffer.from('new'))],
  ['is new', (path: string) => writeNewFile(path, 'new')],
  ['is locked', (path: string) => takeLock(path)],
])(
  'a file that %s is rid of what killed processes were writing for it, and of nothing else',
  async (_, write) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'out.md');
    const others = [
      abandoned(join(folder, 'out.md.html')),
      partialPath(path),
      join(folder, '.out.md.partial'),
    ];
    for (const other of [abandoned(path), ...others]) await writeFile(other, 'half');
    await write(path);
    expect((await readdir(folder)).sort()).toEqual(
      ['out.md', ...others.map((other) => basename(other))].sort(),
    );
  },
);

test('of temporary folders those of killed processes of this machine are removed', async () => {
  const folder = await temporaryFolder();
  const module = new URL('../../src/disk/own-folder.ts', import.meta.url);
  const script = `import('${module}').then(async ({ ownFolder }) => {
    require('node:fs').writeSync(1, await ownFolder('scratch-'));
    process.kill(process.pid, 'SIGKILL');
  })`;
  const env = { ...process.env, TMPDIR: folder };
  const make = () => {
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env });
    return basename(stdout);
  };
  const elsewhere = make().replace(/-[0-9a-f]{8}-/, '-00000000-');
  await mkdir(join(folder, elsewhere));
  expect(await readdir(folder)).toHaveLength(2);
  const last = make();
  expect((await readdir(folder)).sort()).toEqual([elsewhere, last].sort());
});

test('an index is written without what a killed process had begun of one beside it', async () => {
  const folder = await temporaryFolder();
  await writeFile(abandoned(join(folder, 'index')), 'half');
  const parameters = { distance: 'cosine', m: 4, efConstruction: 10 } as const;
  await writeIndex(join(folder, 'index'), emptyIndex(parameters, 2));
  expect((await readdir(folder)).sort()).toEqual(['index', 'index.json']);
});

test('a new folder is made in place of what a killed process had begun', async () => {
  const parent = await temporaryFolder();
  await newFolder(join(parent, 'corpus'), async (partial) => {
    await writeFile(join(partial, 'a'), '1');
  });
  expect(await readdir(parent)).toEqual(['corpus']);
  expect(await readFile(join(parent, 'corpus', 'a'), 'utf8')).toBe('1');
  await expect(newFolder(join(parent, 'corpus'), async () => {})).rejects.toMatchObject({
    exitCode: 2,
  });
});

test('a new file is written beside one of its name', async () => {
  const folder = await temporaryFolder();
  await writeNewFile(join(folder, 'a.md'), '1');
  expect(await writeNewFile(join(folder, 'a.md'), '2')).toBe(join(folder, 'a_2.md'));
  expect((await readdir(folder)).sort()).toEqual(['a.md', 'a_2.md']);
});

test('errors of the file system that nobody put into words get a line with their path', async () => {
  const error = await readFile('/none/of/this').catch((thrown: unknown) => thrown);
  expect(systemError(error)).toMatchObject({
    exitCode: 4,
    message: '/none/of/this: cannot be used: there is no such file or folder (ENOENT)',
  });
  expect(systemError(new TypeError('x is not a function'))).toBeNull();
  const first = diskError('a', 'first', 'written', new Error('x'));
  expect(diskError('b', 'second', 'written', first)).toBe(first);
});
