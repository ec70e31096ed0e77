import { spawn } from 'node:child_process';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openRun } from '../../src/record/run/open-run.ts';
import { resumeRun } from '../../src/record/run/resume-run.ts';
import { createRun } from '../../src/record/run/run-folder.ts';
import type { RunWriter } from '../../src/record/run/run-writer.ts';
import { manifestInput, temporaryFolder } from './fixtures.ts';
import { observation } from './observation.ts';

const clock = () => new Date('2026-11-23T13:20:05.678Z');
const blockKey = (block: number) =>
  ({ phase: 'quality', cell: 'search', arm: 'A', block }) as const;
const blockPath = (block: number) => `observations/quality-search-A-000${block}.arrow`;
const rowsOf = (block: number) => [0, 1, 2].map((sequence) => observation({ block, sequence }));

/** A corpus whose files have names and places of their own, one of them written in a roundabout way. */
async function corpusFolder(parentFolder: string): Promise<string> {
  const corpus = join(parentFolder, 'corpus');
  await mkdir(join(corpus, 'data'), { recursive: true });
  const manifest = {
    version: 1,
    name: 'small',
    collections: [
      { name: 'workers', file: './data/../data/documents.jsonl' },
      { name: 'again', file: 'data/documents.jsonl' },
    ],
    queries: { file: 'queries.jsonl' },
    judgments: { file: 'qrels.txt' },
  };
  await writeFile(join(corpus, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(corpus, 'data/documents.jsonl'), '{"id":"w-0"}\n');
  await writeFile(join(corpus, 'queries.jsonl'), '{"id":"q-1"}\n');
  await writeFile(join(corpus, 'qrels.txt'), 'q-1\tw-0\t3\n');
  return corpus;
}

/** A run with two blocks, vectors, a corpus and findings; not finished. */
async function startRun(): Promise<RunWriter> {
  const parentFolder = await temporaryFolder();
  const corpus = await corpusFolder(parentFolder);
  await writeFile(join(corpus, 'notes.jsonl'), 'not part of the corpus');
  const writer = await createRun({ parentFolder, clock, suffix: () => 'a1b2c3' });
  await writer.snapshotCorpus(corpus);
  for (const block of [0, 1]) await writer.writeObservations(blockKey(block), rowsOf(block));
  await writer.writeVectors('incumbent', {
    ids: ['w-0', 'w-1'],
    dimension: 2,
    values: Float32Array.of(1, 2, 3, 4),
  });
  await writer.writeJson('findings.json', { recall: 1, undefined_: null });
  await writer.appendJournal({ event: 'preflight', ok: true });
  return writer;
}

async function finishedRun(): Promise<string> {
  const writer = await startRun();
  await writer.finish(manifestInput());
  return writer.folder;
}

test('a finished run reads back whole', async () => {
  const folder = await finishedRun();
  const run = await openRun(folder);
  expect(basename(folder)).toBe('2026-11-23T13-20-05Z-a1b2c3');
  expect(run.issues).toEqual([]);
  expect(run.manifest).toMatchObject({ id: run.id, status: 'complete', schemaVersion: 1 });
  expect(await run.observations()).toEqual([...rowsOf(0), ...rowsOf(1)]);
  expect(await run.observations('latency')).toEqual([]);
  expect((await run.vectors('incumbent')).values).toEqual(Float32Array.of(1, 2, 3, 4));
  expect(run.vectorNames()).toEqual(['incumbent']);
  expect(await run.json('findings.json')).toEqual({ recall: 1, undefined_: null });
  expect(run.journal.map(({ event }) => event)).toContain('preflight');
  expect((await readdir(await run.corpusFolder(), { recursive: true })).sort()).toEqual([
    'data',
    'data/documents.jsonl',
    'manifest.json',
    'qrels.txt',
    'queries.jsonl',
  ]);
});

test('the same observations give the same bytes in two runs', async () => {
  const [left, right] = [await finishedRun(), await finishedRun()];
  for (const path of [blockPath(0), 'vectors/incumbent.arrow', 'findings.json']) {
    expect(await readFile(join(left, path))).toEqual(await readFile(join(right, path)));
  }
});

test('a run is never written over another', async () => {
  const parentFolder = await temporaryFolder();
  await createRun({ parentFolder, id: 'one' });
  await expect(createRun({ parentFolder, id: 'one' })).rejects.toThrow('a run is already in');
  await expect(createRun({ parentFolder, id: '../x' })).rejects.toThrow('cannot name a run');
});

test('a block is written once, and only with its own rows', async () => {
  const writer = await startRun();
  await expect(writer.writeObservations(blockKey(0), rowsOf(0))).rejects.toThrow('already on disk');
  await expect(writer.writeObservations(blockKey(2), rowsOf(1))).rejects.toThrow('row 0 is not of');
});

test('a corpus too large to copy is kept by reference, and refused once it has changed', async () => {
  const parentFolder = await temporaryFolder();
  const corpus = await corpusFolder(parentFolder);
  const writer = await createRun({ parentFolder });
  const snapshot = await writer.snapshotCorpus(corpus, 5);
  expect(snapshot.copied).toBe(false);
  await writer.finish(manifestInput());
  const run = await openRun(writer.folder);
  expect(await run.corpusFolder()).toBe(corpus);
  await writeFile(join(corpus, 'data/documents.jsonl'), '{"id":"w-1"}\n');
  await expect(run.corpusFolder()).rejects.toThrow('data/documents.jsonl: not as it was');
});

test('a folder that is no run is a usage error', async () => {
  await expect(openRun(await temporaryFolder())).rejects.toMatchObject({
    code: 'run-missing',
    exitCode: 2,
  });
});

describe('a changed file', () => {
  test('is named and refused, in a finished run and in a killed one', async () => {
    for (const finish of [true, false]) {
      const writer = await startRun();
      if (finish) await writer.finish(manifestInput());
      const path = join(writer.folder, blockPath(1));
      const bytes = await readFile(path);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(path, bytes);
      await expect(openRun(writer.folder)).rejects.toMatchObject({
        code: 'run-damaged',
        context: { file: blockPath(1) },
      });
      const run = await openRun(writer.folder, { allowDamaged: true });
      expect(run.issues).toHaveLength(1);
      expect(await run.observations()).toEqual(rowsOf(0));
    }
  });

  test('that was cut short is refused in a finished run', async () => {
    const folder = await finishedRun();
    await truncate(join(folder, blockPath(1)), 400);
    await expect(openRun(folder)).rejects.toThrow('shorter than was recorded');
  });

  test('that was derived is reported and not read, since it can be made again', async () => {
    const folder = await finishedRun();
    await writeFile(join(folder, 'findings.json'), '{"recall":2}\n');
    const run = await openRun(folder);
    expect(run.issues[0]).toContain('findings.json: the file is shorter than was recorded');
    await expect(run.json('findings.json')).rejects.toMatchObject({ code: 'run-file' });
  });

  test('in a row count of a manifest without a seal is noticed when the table is read', async () => {
    const folder = await unsealed(await finishedRun());
    const path = join(folder, 'manifest.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"rows": 3', '"rows": 4'));
    await expect((await openRun(folder)).observations()).rejects.toThrow(
      '3 rows where 4 were recorded',
    );
  });

  test('outside of the folder is never read', async () => {
    const folder = await unsealed(await finishedRun());
    const path = join(folder, 'manifest.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"findings.json"', '"../findings.json"'));
    await rm(join(folder, 'journal.jsonl'));
    await expect(openRun(folder)).rejects.toMatchObject({ code: 'run-path' });
  });

  test('that is a folder or a link to nothing is named', async () => {
    const folder = await finishedRun();
    await rm(join(folder, blockPath(1)));
    await mkdir(join(folder, blockPath(1)));
    await expect(openRun(folder)).rejects.toMatchObject({ context: { file: blockPath(1) } });
    await rm(join(folder, 'manifest.json'));
    await mkdir(join(folder, 'manifest.json'));
    await expect(openRun(folder)).rejects.toThrow(/manifest\.json.*EISDIR/);
  });

  test('that a plan is, is refused as an observation is', async () => {
    const writer = await startRun();
    await writer.writeJson('plan.json', { k: 10 });
    await writer.finish(manifestInput());
    await writeFile(join(writer.folder, 'plan.json'), '{"k":11}\n');
    await expect(openRun(writer.folder)).rejects.toMatchObject({ code: 'run-damaged' });
  });
});

describe('manifest and journal', () => {
  const changed = async (name: string, change: (text: string) => string): Promise<string> => {
    const folder = await finishedRun();
    const path = join(folder, name);
    const text = await readFile(path, 'utf8');
    expect(change(text)).not.toBe(text);
    await writeFile(path, change(text));
    return folder;
  };
  const refused = async (folder: string, file: string): Promise<void> => {
    await expect(openRun(folder)).rejects.toMatchObject({
      code: expect.stringMatching(/^run-(damaged|manifest|missing)$/),
      message: expect.stringContaining(file),
    });
  };

  test.each([
    ['another status', (text: string) => text.replace('"complete"', '"interrupted"')],
    ['another configuration', (text: string) => text.replace('"k": 10', '"k": 11')],
    ['a file under another name', (text: string) => text.replace('observations/', 'obServations/')],
    ['no seal', (text: string) => text.replace(/,\n {2}"journal": \{[^}]*\}/, '')],
    ['a space more', (text: string) => `${text} `],
  ])('a manifest with %s is refused', async (_, change) => {
    const folder = await changed('manifest.json', change);
    await refused(folder, 'manifest.json');
    await expect(openRun(folder, { allowDamaged: true })).rejects.toThrow('manifest.json');
  });

  test.each([
    ['without its last line', (text: string) => text.replace(/[^\n]*\n$/, '')],
    ['with a line less', (text: string) => text.replace(/\n[^\n]*\n/, '\n')],
    ['with its first line twice', (text: string) => text.replace(/^([^\n]*\n)/, '$1$1')],
    ['with its last line twice', (text: string) => text.replace(/([^\n]*\n)$/, '$1$1')],
    ['with another letter', (text: string) => text.replace('"created"', '"creatEd"')],
    ['that is empty', () => ''],
  ])('a journal %s is refused', async (_, change) => {
    await refused(await changed('journal.jsonl', change), 'journal.jsonl');
  });

  test('a journal that is damaged is set aside where damage is reported, as long as it vouches for the manifest', async () => {
    const folder = await changed('journal.jsonl', (text) => text.replace('"created"', '"creatEd"'));
    const run = await openRun(folder, { allowDamaged: true });
    expect(run.issues).toEqual([expect.stringContaining('journal.jsonl: its lines are not those')]);
    expect(await run.observations()).toEqual([...rowsOf(0), ...rowsOf(1)]);
  });

  test('a table that the manifest of a complete run does not list is refused; what a kill left is set aside', async () => {
    const folder = await finishedRun();
    await writeFile(join(folder, 'observations/quality-search-A-0000.arrow.123'), 'half');
    expect((await openRun(folder)).setAside).toHaveLength(1);
    await writeFile(join(folder, 'observations/stray.arrow'), 'a stray');
    await expect(openRun(folder)).rejects.toMatchObject({
      context: { file: 'observations/stray.arrow' },
    });
    expect((await openRun(folder, { allowDamaged: true })).setAside).toHaveLength(2);
  });

  test('a manifest that was removed is said to be, and the run is as one that was killed', async () => {
    const folder = await finishedRun();
    await rm(join(folder, 'manifest.json'));
    const run = await openRun(folder);
    expect(run.manifest).toBeNull();
    expect(run.issues[0]).toContain('manifest.json: missing');
  });

  test('of an earlier version are read with a remark, and held against each other', async () => {
    const folder = await unsealed(await finishedRun());
    expect((await openRun(folder)).issues).toEqual([
      expect.stringContaining('made by an earlier version, without a digest of itself'),
    ]);
    const path = join(folder, 'manifest.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('observations/', 'obServations/'));
    await refused(folder, 'manifest.json');
  });
});

/** Takes the seal off a run, as in folders of earlier versions. */
async function unsealed(folder: string): Promise<string> {
  for (const [name, seal] of [
    ['manifest.json', /,\n {2}"journal": \{[^}]*\}/],
    ['journal.jsonl', /,"manifest":"[0-9a-f]{64}"/],
  ] as const) {
    const path = join(folder, name);
    await writeFile(path, (await readFile(path, 'utf8')).replace(seal, ''));
  }
  return folder;
}

describe('a killed run', () => {
  test('of a newer version is refused by name, and not gone on with', async () => {
    const { folder } = await startRun();
    const journal = join(folder, 'journal.jsonl');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.replace('"schemaVersion":1', '"schemaVersion":2'));
    const refusal = { code: 'run-version', message: expect.stringContaining('journal.jsonl') };
    await expect(openRun(folder)).rejects.toMatchObject(refusal);
    await expect(resumeRun(folder)).rejects.toMatchObject(refusal);
  });

  test('reads back to the last finished block, wherever its journal was cut', async () => {
    const writer = await startRun();
    const journal = join(writer.folder, 'journal.jsonl');
    const bytes = await readFile(journal);
    const firstLine = bytes.indexOf(10) + 1;
    for (let end = firstLine; end < bytes.length; end += 17) {
      await writeFile(journal, bytes.subarray(0, end));
      const run = await openRun(writer.folder);
      expect(run.manifest).toBeNull();
      const rows = await run.observations();
      expect([0, 3, 6]).toContain(rows.length);
      expect(rows).toEqual([...rowsOf(0), ...rowsOf(1)].slice(0, rows.length));
      const isTorn = bytes[end - 1] !== 10 && bytes[end] !== 10;
      expect(run.issues.some((issue) => issue.includes('torn'))).toBe(isTorn);
    }
  });

  test('sets aside a partial block, a temporary file and a missing one, and says so', async () => {
    const writer = await startRun();
    await truncate(join(writer.folder, blockPath(0)), 300);
    await writeFile(join(writer.folder, `${blockPath(2)}.123456`), 'half');
    await rm(join(writer.folder, 'vectors/incumbent.arrow'));
    const run = await openRun(writer.folder);
    expect(await run.observations()).toEqual(rowsOf(1));
    expect(run.issues.map((issue) => issue.split(': ')[1])).toEqual([
      'the file is shorter than was recorded',
      'the file is missing',
      'not recorded as finished',
    ]);
    expect(run.setAside).toEqual([blockPath(0), `${blockPath(2)}.123456`]);
  });

  test('counts a block once that its journal names twice', async () => {
    const writer = await startRun();
    const journal = join(writer.folder, 'journal.jsonl');
    const line = (await readFile(journal, 'utf8'))
      .split('\n')
      .find((text) => text.includes(blockPath(0)));
    await appendFile(journal, `${line}\n`);
    const run = await openRun(writer.folder);
    expect(await run.observations()).toHaveLength(6);
    expect(run.issues[0]).toContain('recorded 2 times: counted once');
  });

  test('is gone on with: finished blocks stay, torn ones are written again, the end is the same', async () => {
    const whole = await startRun();
    await whole.finish(manifestInput());
    const killed = await startRun();
    await truncate(join(killed.folder, blockPath(1)), 300);
    await appendFile(join(killed.folder, 'journal.jsonl'), '{"event":"fi');

    const { reader, writer } = await resumeRun(killed.folder, { clock });
    expect(reader.issues).toHaveLength(2);
    expect(writer.hasBlock(blockKey(0))).toBe(true);
    expect(writer.hasBlock(blockKey(1))).toBe(false);
    await writer.writeObservations(blockKey(1), rowsOf(1));
    await writer.finish(manifestInput());

    const run = await openRun(killed.folder);
    const expected = await openRun(whole.folder);
    expect(await run.observations()).toEqual(await expected.observations());
    expect(run.manifest?.files).toEqual(expected.manifest?.files);
    expect(await readdir(join(killed.folder, 'set-aside/observations'))).toHaveLength(1);
    await expect(resumeRun(killed.folder)).rejects.toMatchObject({ code: 'run-complete' });
  });

  test('by a signal in the middle of its writing reads back: whole blocks, in order, none missing', async () => {
    const parentFolder = await temporaryFolder();
    const script = fileURLToPath(new URL('./endless-run.ts', import.meta.url));
    const child = spawn(process.execPath, [script, parentFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let written = 0;
    for await (const chunk of child.stdout) {
      written += String(chunk).split('\n').length - 1;
      if (written >= 5) break;
    }
    child.kill('SIGKILL');
    const run = await openRun(join(parentFolder, 'endless'));
    const blocks = (await run.observations()).map(({ block }) => block);
    const count = new Set(blocks).size;
    expect(count).toBeGreaterThanOrEqual(5);
    expect(blocks).toEqual(Array.from({ length: count * 50 }, (_, row) => Math.floor(row / 50)));
  });

  test('before its first line begins under the name of its folder, through a link too', async () => {
    const folder = join(await temporaryFolder(), 'a-run');
    await mkdir(folder);
    const link = join(await temporaryFolder(), 'current');
    await symlink(folder, link);
    const { writer } = await resumeRun(link, { clock });
    await writer.leave();
    expect((await openRun(folder)).id).toBe('a-run');
  });

  test('that was interrupted has a manifest, which goes when the run goes on', async () => {
    const writer = await startRun();
    await writer.finish(manifestInput({ status: 'interrupted' }));
    const resumed = await resumeRun(writer.folder, { clock });
    expect((await openRun(writer.folder)).manifest).toBeNull();
    await resumed.writer.finish(manifestInput());
    expect((await openRun(writer.folder)).manifest?.status).toBe('complete');
  });
});
