import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/resolve.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import type { Verdict } from '../../src/gate/verdict.ts';
import { judgeRun } from '../../src/retrieve/judge-run.ts';
import { judgedAtItsLook } from '../../src/retrieve/measure/look.ts';
import type { RecordedPlan } from '../../src/retrieve/record/recorded-run.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { exactSearch, inProcessBackend, inProcessWorld } from '../support/in-process.ts';
import { STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

const URLS = { incumbent: 'http://127.0.0.1:9', candidate: 'http://127.0.0.1:10' };
const MARGINS = { recall: { margin: 0.3 }, errors: { margin: 0.3 }, ndcg: false as const };

/** Two equal sides; the candidate leaves the last row out of lists that begin with what `isShort` says. */
async function setUp(gates: NonNullable<Parameters<typeof stubConfig>[2]>['gates']) {
  const world = await inProcessWorld({ documents: 60, needs: 20, seed: 3 });
  const candidate = { asked: 0, isShort: (_first: string) => false };
  const search = exactSearch(world);
  const base = await stubConfig(STUB_DOCUMENTS, URLS, { operations: ['search'], gates });
  const config: Config = {
    ...{ ...base, corpus: world.folder },
    incumbent: { ...base.incumbent, url: null, backend: inProcessBackend(world, search) },
    candidate: {
      ...base.candidate,
      url: null,
      backend: inProcessBackend(world, search, (hits) => {
        candidate.asked += 1;
        return candidate.isShort(hits[0]?.id ?? '') ? hits.slice(0, -1) : hits;
      }),
    },
  };
  const firsts = Array.from({ length: 20 }, (_, at) => {
    const [best] = search(world.vectorOf(`question ${at}`), 1);
    return world.ids[best?.row ?? -1] ?? '';
  });
  return { config, candidate, firsts };
}

async function looked(config: Config, resume?: string) {
  const { verdict, runFolder } = await retrieve(config, resume === undefined ? {} : { resume });
  if (verdict === null || runFolder === null) throw new Error('nothing was judged');
  return { verdict, runFolder, number: verdict.look?.number };
}

/** Makes of a finished run one that was killed before its answers. */
async function killed(folder: string): Promise<void> {
  await rm(join(folder, 'manifest.json'));
  const journal = join(folder, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const left = lines.filter((line) => !/"finished"|"path":"observations/.test(line));
  await writeFile(journal, left.join('\n'));
  await rm(join(folder, 'observations'), { recursive: true });
}

const FLOOR = { ...MARGINS, recall: { margin: 0.3, min: 0.99 } };

describe('a look that the contract alone left open', () => {
  it('stays open after a pass without its gate, and ends with a fail by it', async () => {
    const { config, candidate, firsts } = await setUp(MARGINS);
    const few = new Set(firsts.slice(0, 2));
    candidate.isShort = (first) => few.has(first);
    const first = await looked(config);
    expect([first.verdict.state, first.number]).toEqual(['inconclusive', 1]);
    const contract = { declared: [{ kind: 'short' as const, reason: 'for one run' }] };
    const declared = await looked({ ...config, gates: { ...config.gates, contract } });
    expect([declared.verdict.state, declared.number]).toEqual(['pass', 2]);
    const off = { ...config.gates, off: ['ndcg', 'contract'] };
    expect((await looked({ ...config, gates: off })).verdict.state).toBe('pass');
    candidate.isShort = () => true;
    const failed = await looked(config);
    expect([failed.verdict.state, failed.number]).toEqual(['fail', 2]);
    candidate.isShort = () => false;
    expect((await looked(config)).number).toBe(1);
  });
});

describe('the only look', () => {
  it('is carried by its verdict, and counted nowhere', async () => {
    const { config } = await setUp(FLOOR);
    const only = await looked({ ...config, looks: 'one' });
    expect(only.verdict.look).toEqual({ number: 1, alpha: 0.05 });
    expect(verdictSentence(only.verdict)).not.toMatch(/look \d/i);
    expect((await judgeRun(only.runFolder)).verdict).toEqual(only.verdict);
  });

  it('is refused before it is asked again where other runs have looked since it was begun', async () => {
    const { config, candidate } = await setUp(FLOOR);
    const only = await looked({ ...config, looks: 'one' });
    await killed(only.runFolder);
    await rm(join(config.runs, 'looks.jsonl'));
    await looked(config);
    candidate.asked = 0;
    await expect(looked({ ...config, looks: 'one' }, only.runFolder)).rejects.toMatchObject({
      code: 'look-spent',
      hint: expect.stringContaining('this run was begun as the only look'),
    });
    expect(candidate.asked).toBeLessThan(20);
  });
});

it('a run that is gone on with through a link looks in the log beside the run', async () => {
  const { config } = await setUp(FLOOR);
  await looked(config);
  const second = await looked(config);
  await killed(second.runFolder);
  const log = join(config.runs, 'looks.jsonl');
  const [line] = (await readFile(log, 'utf8')).split('\n');
  await writeFile(log, `${line}\n`);
  const away = await mkdtemp(join(dirname(config.runs), 'away-'));
  const link = join(away, 'current');
  await symlink(second.runFolder, link);
  const resumed = await looked(config, link);
  expect(resumed.number).toBe(2);
  expect(existsSync(join(away, 'looks.jsonl'))).toBe(false);
  expect((await looked(config)).number).toBe(3);
});

it('what is declared of the search and holds anyway makes no other question', async () => {
  const { config } = await setUp(FLOOR);
  expect((await looked(config)).number).toBe(1);
  const searchUses = { ...config.searchUses, metric: 'cosine' as const };
  expect((await looked({ ...config, searchUses })).number).toBe(2);
  const { corpus } = config;
  const manifest = join(corpus, 'manifest.json');
  const said = JSON.parse(await readFile(manifest, 'utf8')) as object;
  await writeFile(manifest, JSON.stringify({ ...said, metric: 'cosine' }));
  expect((await looked(config)).number).toBe(3);
});

it('an interrupted run makes nothing of its question, whatever failed in it', async () => {
  const { config } = await setUp(FLOOR);
  const { runFolder } = await looked(config);
  const log = join(config.runs, 'looks.jsonl');
  const before = await readFile(log, 'utf8');
  const { question } = JSON.parse(before) as { question: string };
  const plan = { k: 10, look: { question, number: 2, alpha: 0.0125 } } as RecordedPlan;
  const reasons = [{ type: 'interrupted' }];
  const verdict = { state: 'fail', reasons, gates: [] } as unknown as Verdict;
  const of = { run: 'b', at: '2026-01-01', folder: runFolder, candidate: '', journal: [] };
  const judged = { findings: { cells: [] }, gates: {} };
  await judgedAtItsLook(plan, () => verdict, { ...of, judged });
  expect(await readFile(log, 'utf8')).toBe(before);
});
