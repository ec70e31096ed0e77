import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { StoredVerdict } from '../../src/gate/stored-verdict.ts';
import type { StoredFindings } from '../../src/parity/stored-findings.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { rescore } from '../../src/rescore.ts';
import { temporaryFolder } from '../record/fixtures.ts';
import { storeRun } from '../support/stored-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

async function stored(): Promise<string> {
  return await storeRun(syntheticRun({ queries: 40, latencyPairs: 2 }), await temporaryFolder());
}

async function blockOf(folder: string): Promise<string> {
  const names = await readdir(join(folder, 'observations'));
  const name = names.find((file) => file.startsWith('quality-'));
  return `observations/${name}`;
}

it('a run rescores to the stored findings and verdict', async () => {
  const { kind, compared, differing, reader } = await rescore(await stored());
  expect({ kind, compared, differing }).toEqual({
    kind: 'retrieve',
    compared: ['findings.json', 'verdict.json'],
    differing: [],
  });
  expect(reader.issues).toEqual([]);
});

it('a changed block is set aside and named, and what is left is no complete run', async () => {
  const folder = await stored();
  const block = await blockOf(folder);
  const bytes = await readFile(join(folder, block));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(join(folder, block), bytes);
  const { findings, verdict, reader, differing, exitCode } = await rescore(folder);
  expect(reader.issues).toEqual([expect.stringContaining(`${block}: the sha256 is not`)]);
  expect((findings as StoredFindings).complete).toBe(false);
  expect((verdict as StoredVerdict).verdict).not.toBe('pass');
  expect([differing, exitCode]).toEqual([['findings.json', 'verdict.json'], 1]);
});

it('a killed run rescores up to its last finished block', async () => {
  const folder = await stored();
  for (const name of ['manifest.json', 'findings.json', 'verdict.json']) {
    await rm(join(folder, name));
  }
  const block = await blockOf(folder);
  await truncate(join(folder, block), 100);
  const { findings, reader, report, compared, exitCode } = await rescore(folder);
  expect(reader.manifest).toBeNull();
  expect(reader.issues).toContainEqual(expect.stringContaining(`${block}: the file is shorter`));
  expect((findings as StoredFindings).complete).toBe(false);
  expect(renderMarkdown(report)).toContain('http://127.0.0.1:3100');
  expect([compared, exitCode]).toEqual([[], 0]);
});

it('a run that was interrupted is rescored with what was left out of it, which differs from nothing', async () => {
  const run = syntheticRun({ queries: 40, latencyPairs: 2 });
  const folder = await storeRun(run, await temporaryFolder(), { status: 'interrupted' });
  const left = JSON.parse(await readFile(join(folder, 'findings.json'), 'utf8')) as StoredFindings;
  const { findings, verdict, compared, exitCode } = await rescore(folder);
  expect([left.complete, left.referenceLeft, left.reference]).toEqual([false, true, []]);
  const { complete, referenceLeft, reference } = findings as StoredFindings;
  expect([complete, referenceLeft, reference.length]).toEqual([false, undefined, 1]);
  expect((verdict as StoredVerdict).verdict).toBe('inconclusive');
  expect([compared, exitCode]).toEqual([[], 0]);
});

it('what a run had derived when it was killed is not held against what is left of it', async () => {
  const folder = await stored();
  await rm(join(folder, 'manifest.json'));
  const journal = join(folder, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const compare = async () => {
    const { compared, differing, exitCode } = await rescore(folder);
    return { compared: compared.length, differing: differing.length, exitCode };
  };
  // It says that it was finished: its manifest was taken away.
  expect(await compare()).toEqual({ compared: 2, differing: 2, exitCode: 1 });
  await writeFile(journal, lines.filter((line) => !line.includes('"finished"')).join('\n'));
  expect(await compare()).toEqual({ compared: 0, differing: 0, exitCode: 0 });
});

it('a run that was killed before it had said what it is has nothing to derive', async () => {
  const folder = await stored();
  await rm(join(folder, 'manifest.json'));
  const journal = join(folder, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  await writeFile(journal, lines.filter((line) => !line.includes('"described"')).join('\n'));
  await expect(rescore(folder)).rejects.toMatchObject({ code: 'run-unfinished', exitCode: 2 });
});

it('sides are exchanged on request, and nothing is compared then', async () => {
  const { compared, exitCode } = await rescore(await stored(), { swap: true });
  expect([compared, exitCode]).toEqual([[], 0]);
});
