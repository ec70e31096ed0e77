import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openRun } from '../../src/record/run/open-run.ts';
import { holdRun, resumeRun } from '../../src/record/run/resume-run.ts';
import { createRun } from '../../src/record/run/run-folder.ts';
import type { RunWriter } from '../../src/record/run/run-writer.ts';
import { manifestInput, temporaryFolder } from './fixtures.ts';
import { observation } from './observation.ts';

const key = (block: number) => ({ phase: 'quality', cell: 'search', arm: 'A', block }) as const;
const rowsOf = (block: number) => [observation({ block, sequence: 0 })];

async function newRun(): Promise<RunWriter> {
  const writer = await createRun({ parentFolder: await temporaryFolder(), id: 'run' });
  await writer.writeObservations(key(0), rowsOf(0));
  return writer;
}

test('a run that another process writes is neither gone on with nor held, until that one is dead', async () => {
  const parentFolder = await temporaryFolder();
  const script = fileURLToPath(new URL('./endless-run.ts', import.meta.url));
  const child = spawn(process.execPath, [script, parentFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const folder = join(parentFolder, 'endless');
  for (const take of [resumeRun, holdRun]) {
    await expect(take(folder)).rejects.toMatchObject({
      code: 'run-locked',
      exitCode: 2,
      message: expect.stringContaining(`the process ${child.pid} `),
    });
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { writer } = await resumeRun(folder);
  await writer.finish(manifestInput());
  expect((await openRun(folder)).manifest?.status).toBe('complete');
  expect(await readdir(folder)).not.toContain('run.lock');
});

test('a process that ends at once leaves no lock of its own behind, and those of others in place', async () => {
  const folder = await temporaryFolder();
  const script = fileURLToPath(new URL('./lock-and-leave.ts', import.meta.url));
  const [own, other] = [join(folder, 'own.lock'), join(folder, 'other.lock')];
  const { status, stderr } = spawnSync(process.execPath, [script, own, other], {
    encoding: 'utf8',
  });
  expect([status, stderr.replace(/.*Warning.*\n/g, '')]).toEqual([130, '']);
  expect(await readdir(folder)).toEqual(['other.lock']);
});

test('who went on with a run in the same process has it; the former one is told with its next write', async () => {
  const former = await newRun();
  const { writer } = await resumeRun(former.folder);
  await expect(former.writeObservations(key(1), rowsOf(1))).rejects.toMatchObject({
    code: 'run-lost',
  });
  await writer.writeObservations(key(1), rowsOf(1));
  await writer.finish(manifestInput());
  expect(await (await openRun(former.folder)).observations()).toHaveLength(2);
});

test.each(['removed', 'moved', 'exchanged'])(
  'a run folder that is %s while it is written is not made again',
  async (how) => {
    const writer = await newRun();
    if (how === 'moved') await rename(writer.folder, `${writer.folder}-elsewhere`);
    else await rm(writer.folder, { recursive: true });
    if (how === 'exchanged') await mkdir(writer.folder);
    for (const write of [
      () => writer.writeObservations(key(1), rowsOf(1)),
      () => writer.appendJournal({ event: 'preflight' }),
      () => writer.writeText('report.md', 'x'),
      () => writer.finish(manifestInput()),
    ]) {
      await expect(write()).rejects.toMatchObject({
        code: 'run-lost',
        message: expect.stringContaining(writer.folder),
      });
    }
    const left = await readdir(writer.folder).catch(() => null);
    expect(left).toEqual(how === 'exchanged' ? [] : null);
  },
);

test.each(['removed', 'cut'])(
  'a file that is %s while the run is written keeps it from being complete',
  async (how) => {
    const writer = await newRun();
    const path = join(writer.folder, 'observations/quality-search-A-0000.arrow');
    if (how === 'cut') await truncate(path, 100);
    else await rm(path);
    await expect(writer.finish(manifestInput())).rejects.toMatchObject({
      code: 'run-lost',
      message: expect.stringContaining(path),
    });
    expect((await openRun(writer.folder)).manifest).toBeNull();
  },
);

test('the reason why the disk refused first is told, and not what followed from it', async () => {
  const writer = await newRun();
  await rm(join(writer.folder, 'observations'), { recursive: true });
  await writeFile(join(writer.folder, 'observations'), 'in the way');
  const first = await writer.writeObservations(key(1), rowsOf(1)).catch((error: unknown) => error);
  expect(first).toMatchObject({ message: expect.stringContaining('ENOTDIR') });
  await rm(writer.folder, { recursive: true });
  await expect(writer.finish(manifestInput())).rejects.toBe(first);
  await expect(writer.finish(manifestInput({ status: 'failed' }))).resolves.toBeNull();
});

test.each([
  ['its first line', async () => {}],
  [
    'the end of its first line',
    (folder: string) => writeFile(join(folder, 'journal.jsonl'), '{"event":"cre'),
  ],
])('a run that was killed before %s begins under its folder', async (_, leave) => {
  const folder = join(await temporaryFolder(), 'a-run');
  await mkdir(folder);
  await leave(folder);
  const { reader, writer } = await resumeRun(folder);
  expect([reader.id, reader.description]).toEqual(['a-run', null]);
  await writer.writeObservations(key(0), rowsOf(0));
  await writer.finish(manifestInput());
  expect((await openRun(folder)).manifest?.id).toBe('a-run');
});

test('a run of another job is not gone on with', async () => {
  const writer = await newRun();
  await writer.describe(manifestInput({ kind: 'sweep' }));
  await expect(resumeRun(writer.folder, { kind: 'shadow' })).rejects.toMatchObject({
    code: 'run-kind',
    exitCode: 2,
    message: expect.stringMatching(/is a run of bench sweep, not of shadow$/),
  });
});

test('a folder of something else is no run to go on with', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'notes.txt'), '');
  await expect(resumeRun(folder)).rejects.toMatchObject({ code: 'run-missing' });
  await expect(holdRun(join(folder, 'none'))).rejects.toMatchObject({ code: 'run-missing' });
  expect(await readdir(folder)).toEqual(['notes.txt']);
});

test('a kill between the new bytes of a file and their line is no change of the file', async () => {
  const writer = await newRun();
  const vectors = (value: number) => ({
    ids: ['w-0'],
    dimension: 1,
    values: Float32Array.of(value),
  });
  await writer.writeVectors('incumbent', vectors(1));
  await writer.writeVectors('incumbent', vectors(2));
  const path = join(writer.folder, 'journal.jsonl');
  const text = await readFile(path, 'utf8');
  const lines = text.trimEnd().split('\n');
  await writeFile(path, `${lines.slice(0, -1).join('\n')}\n`);
  const { reader } = await resumeRun(writer.folder);
  expect(reader.has('vectors/incumbent.arrow')).toBe(false);
  expect(await reader.observations()).toHaveLength(1);
});
