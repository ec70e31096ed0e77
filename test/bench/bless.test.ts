import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { releaseLock, takeLock } from '../../src/disk/file-lock.ts';
import { isPartial } from '../../src/disk/partial.ts';
import { notComparable, parseBlessed } from '../../src/logs/baselines/blessed.ts';
import { runMain } from '../golden/run-main.ts';
import { RUNS } from '../golden/stored-runs.ts';
import { storeRun } from '../support/stored-run.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'bless-'));
  for (const run of ['pass', 'drop'])
    await cp(join(RUNS, run), join(cwd, run), { recursive: true });
  onTestFinished(() => rm(cwd, { recursive: true }));
});

const bench = (...argv: string[]) => runMain(argv, { cwd });

describe('bench baseline bless', () => {
  it('names the run that compare blessed means', async () => {
    expect(await bench('baseline', 'bless', 'pass')).toMatchObject({ code: 0 });
    const file = join(cwd, 'parity/blessed.json');
    expect(parseBlessed(await readFile(file, 'utf8'), file)).toMatchObject({ folder: '../pass' });
    const compared = await bench('compare', 'blessed', 'drop', '--json');
    expect(compared.code).toBe(0);
    expect(compared.out).toBe((await bench('compare', 'pass', 'drop', '--json')).out);
  });

  it('refuses a run whose candidate fails', async () => {
    const { code, err } = await bench('baseline', 'bless', 'drop');
    expect([code, err]).toEqual([2, expect.stringContaining('drop: its verdict is fail')]);
  });

  it('blesses a later run of the same question', async () => {
    await bench('baseline', 'bless', 'pass');
    expect((await bench('baseline', 'bless', 'pass')).code).toBe(0);
  });

  it('refuses a run in which a query broke outright, lists it, and takes it with --force', async () => {
    const size = { queries: 40, documents: 20, latencyPairs: 2 };
    const sound = await storeRun(syntheticRun(size), cwd);
    // One query of 40 finds nothing: too little for a gate.
    const broken = await storeRun(
      syntheticRun({
        ...size,
        tamper: (hits, { arm, queryIndex }) =>
          arm.startsWith('B') && queryIndex === 7 ? [] : hits,
      }),
      cwd,
    );
    expect((await bench('baseline', 'bless', sound)).code).toBe(0);
    const { code, out, err } = await bench('baseline', 'bless', broken);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(
        /^broke: search q-0007: question 7\nbroke: retrieve q-0007: question 7\n$/,
      ),
    ]);
    expect(err).toMatch(/2 queries broke outright since .*: not blessed\n {2}hint: .*--force\n$/);
    expect((await bench('compare', 'blessed', sound)).code).toBe(0);
    expect((await bench('baseline', 'bless', broken, '--force')).code).toBe(0);
  });

  it('refuses a run that asks another question than the blessed one', async () => {
    await bench('baseline', 'bless', 'pass');
    const other = await storeRun(
      syntheticRun({ queries: 40, documents: 20, latencyPairs: 2 }),
      cwd,
    );
    const { code, err } = await bench('baseline', 'bless', other);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('not comparable with the blessed run'),
    ]);
  });

  it('refuses where another process blesses a run meanwhile', async () => {
    await bench('baseline', 'bless', 'pass');
    const file = join(cwd, 'parity/blessed.json');
    const token = await takeLock(`${file}.lock`);
    const blessing = bench('baseline', 'bless', 'pass');
    // It has read the file once it waits for the lock.
    const waits = async () => (await readdir(join(cwd, 'parity'))).some(isPartial);
    await expect.poll(waits, { timeout: 30_000 }).toBe(true);
    await writeFile(file, (await readFile(file, 'utf8')).replace('../pass', '../other'));
    await releaseLock(`${file}.lock`, token);
    const { code, err } = await blessing;
    expect([code, err]).toEqual([2, expect.stringContaining('another process blessed a run')]);
    expect(await readFile(file, 'utf8')).toContain('../other');
  });

  it('says that none is blessed, and what is no record', async () => {
    const { code, err } = await bench('compare', 'blessed', 'drop');
    expect([code, err]).toEqual([2, expect.stringContaining('no run is blessed')]);
    await bench('baseline', 'bless', 'pass');
    await writeFile(join(cwd, 'parity/blessed.json'), '{"schema":"other"}');
    expect((await bench('compare', 'blessed', 'drop')).code).toBe(2);
  });
});

describe('a run that was interrupted', () => {
  const interrupted = () => {
    const run = syntheticRun({ queries: 40, documents: 20, latencyPairs: 2 });
    return storeRun(run, cwd, { status: 'interrupted' });
  };

  it('is no baseline, and is held against none', async () => {
    const run = await interrupted();
    for (const argv of [['add'], ['check', '--tolerance', '*=1%'], ['bless']]) {
      const { code, err } = await bench('baseline', argv[0] ?? '', run, ...argv.slice(1));
      expect([code, err]).toEqual([2, expect.stringContaining('the run is not complete')]);
    }
  });

  it('passes nothing beside a whole one', async () => {
    const whole = await storeRun(
      syntheticRun({ queries: 40, documents: 20, latencyPairs: 2 }),
      cwd,
    );
    const wide = ['--gate', '--gates.recall.margin=0.9', '--gates.ndcg.margin=0.9'];
    expect((await bench('compare', whole, whole, ...wide)).code).toBe(0);
    const { code, out, err } = await bench('compare', whole, await interrupted(), ...wide);
    expect([code, err]).toEqual([3, expect.stringContaining('not complete: a part of it')]);
    expect(out).toContain('a run is not complete');
  });
});

describe('two runs', () => {
  const one = { corpus: 'a', queries: 'b', judgments: 'c', k: 10 };

  it.each([
    [{}, []],
    [{ corpus: 'z' }, ['other documents']],
    [{ queries: 'z', k: 5 }, ['other queries', 'k = 10 and 5']],
    [{ judgments: 'z' }, ['other judgments']],
  ])('are not comparable with %j', (other, why) => {
    expect(notComparable(one, { ...one, ...other })).toEqual(why);
  });
});
