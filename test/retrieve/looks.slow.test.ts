import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/resolve.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { judgeRun } from '../../src/retrieve/judge-run.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { stubGateway } from '../support/stub-gateway.ts';
import { notes, STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

/** Twenty needs show a margin of .3, and never a floor of .99. */
const MARGINS = { recall: { margin: 0.3 }, errors: { margin: 0.3 } };
const FLOOR = { recall: { margin: 0.3, min: 0.99 } };

async function setUp(): Promise<Config> {
  const sides = [await stubGateway(STUB_DOCUMENTS), await stubGateway(STUB_DOCUMENTS)] as const;
  const urls = { incumbent: sides[0].url, candidate: sides[1].url };
  return stubConfig(STUB_DOCUMENTS, urls, {
    operations: ['search'],
    gates: { ...MARGINS, ...FLOOR, ndcg: false },
  });
}

async function looked(config: Config, resume?: string) {
  const progress = notes();
  const { verdict, runFolder } = await retrieve(config, {
    progress,
    ...(resume === undefined ? {} : { resume }),
  });
  if (verdict === null || runFolder === null) throw new Error('nothing was judged');
  return { verdict, runFolder, lines: progress.lines };
}

/** Makes of a finished run one that was killed. */
async function killed(folder: string, when: 'at its end' | 'before its answers'): Promise<void> {
  await rm(join(folder, 'manifest.json'));
  const journal = join(folder, 'journal.jsonl');
  const lost = when === 'at its end' ? /"event":"finished"/ : /"finished"|"path":"observations/;
  const lines = (await readFile(journal, 'utf8')).split('\n');
  await writeFile(journal, lines.filter((line) => !lost.test(line)).join('\n'));
  if (when !== 'at its end') await rm(join(folder, 'observations'), { recursive: true });
}

describe('looking at the same question again', () => {
  it('spends half of the level each time until the question is decided, and says so', async () => {
    const config = await setUp();
    const first = await looked(config);
    expect(first.verdict.state).toBe('inconclusive');
    expect(first.verdict.look).toEqual({ number: 1, alpha: 0.025 });

    const second = await looked(config);
    expect(second.verdict.look).toEqual({ number: 2, alpha: 0.0125 });
    expect(second.lines.join('\n')).toContain('look 2 at this question');
    expect(verdictSentence(second.verdict)).toContain(
      'Look 2 at this question: each gate is judged at α = 0.013.',
    );
    const [one, two] = [first, second].map(({ verdict }) =>
      verdict.gates.find(({ name }) => name === 'recall@10'),
    );
    expect(two?.lower).toBeLessThan(one?.lower ?? -1);

    const wider = await looked({ ...config, gates: { ...config.gates, ...MARGINS } });
    expect(wider.verdict).toMatchObject({ state: 'pass', look: { number: 3 } });
    const anew = await looked(config);
    expect(anew.verdict.look).toEqual({ number: 3, alpha: 0.00625 });
  });

  it('spends another level for each of two runs that are measured at the same time', async () => {
    const config = await setUp();
    const both = await Promise.all([looked(config), looked(config)]);
    const [first, second] = both.sort(
      (one, other) => (one.verdict.look?.number ?? 0) - (other.verdict.look?.number ?? 0),
    );
    expect(first?.verdict.look).toEqual({ number: 1, alpha: 0.025 });
    expect(second?.verdict.look).toEqual({ number: 2, alpha: 0.0125 });
    for (const { runFolder, verdict } of both) {
      expect((await judgeRun(runFolder)).verdict).toEqual(verdict);
    }
  });

  it('judges a stored run at the level of its look, whatever was looked at since', async () => {
    const config = await setUp();
    await looked(config);
    const { verdict, runFolder } = await looked(config);
    await looked(config);
    expect((await judgeRun(runFolder)).verdict).toEqual(verdict);
  });

  it('counts neither looks that could not have passed nor those at another build', async () => {
    const config = await setUp();
    const narrow = { ...config, gates: { ...config.gates, recall: { margin: 0.005 } } };
    expect((await looked(narrow)).verdict.look?.number).toBe(1);
    expect((await looked(config)).verdict.look?.number).toBe(1);
    expect((await looked({ ...config, build: 'second' })).verdict.look?.number).toBe(1);
    expect((await looked(config)).verdict.look?.number).toBe(2);
    const log = await readFile(join(config.runs, 'looks.jsonl'), 'utf8');
    expect(log.trimEnd().split('\n')).toHaveLength(3);
  });

  it('is the look of its run from wherever that is gone on with, and a copy of the run looks again', async () => {
    const config = await setUp();
    const { runFolder } = await looked(config);
    const copy = `${runFolder}-copy`;
    await cp(runFolder, copy, { recursive: true });
    await killed(runFolder, 'at its end');
    await killed(copy, 'before its answers');
    const elsewhere = join(config.runs, 'elsewhere');
    const resumed = await looked({ ...config, runs: elsewhere }, runFolder);
    expect(resumed.verdict.look?.number).toBe(1);
    expect(existsSync(join(elsewhere, 'looks.jsonl'))).toBe(false);
    expect((await looked(config, copy)).verdict.look?.number).toBe(2);
    expect((await looked(config)).verdict.look?.number).toBe(3);
  });

  it('is gone on with by the gates and the looks that it was begun with', async () => {
    const config = await setUp();
    const { runFolder } = await looked(config);
    await killed(runFolder, 'at its end');
    const refused = (changes: Partial<Config>) =>
      expect(retrieve({ ...config, ...changes }, { resume: runFolder })).rejects;
    await refused({ gates: { ...config.gates, ...MARGINS } }).toMatchObject({
      code: 'resume-config',
      message: `${runFolder} was begun with other settings of gates`,
    });
    await refused({ build: 'second' }).toMatchObject({ code: 'resume-config' });
    await refused({ looks: 'one' }).toMatchObject({ code: 'resume-looks', exitCode: 2 });

    const other = { ...config, runs: join(config.runs, 'other') };
    const only = await looked({ ...other, looks: 'one' });
    await killed(only.runFolder, 'at its end');
    expect((await looked(other, only.runFolder)).verdict.look?.alpha).toBe(0.05);
    await expect(retrieve(other)).rejects.toMatchObject({ code: 'look-spent' });
  });

  it('has nothing left after a look that was declared to be the only one', async () => {
    const config = await setUp();
    const only = await looked({ ...config, looks: 'one' });
    expect(only.verdict.look).toEqual({ number: 1, alpha: 0.05 });
    await expect(retrieve(config)).rejects.toMatchObject({ code: 'look-spent', exitCode: 2 });
    expect((await looked({ ...config, build: 'second' })).verdict.look?.number).toBe(1);
    await expect(retrieve({ ...config, build: 'second', looks: 'one' })).rejects.toMatchObject({
      code: 'look-spent',
    });
  });
});
