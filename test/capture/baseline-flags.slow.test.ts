import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askedRecord } from '../../src/traffic/asked-schema.ts';
import { runMain } from '../golden/run-main.ts';

let cwd = '';
let captured = '';
const bench = (...argv: string[]) => runMain(argv, { cwd });
const against = (...argv: string[]) =>
  bench('retrieve', '--queries', captured, '--baseline', '--json', ...argv);

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'baseline-flags-'));
  const lines = ['plumber', 'nurse', 'welder'].map((text, at) => {
    const question = { operation: 'search', collections: ['workers'], text, vector: null } as const;
    const answer = { outcome: 'ok', status: 200, ids: ['w-1'], collections: ['workers'] } as const;
    return JSON.stringify(
      askedRecord({
        atMs: 1_790_000_000_000 + at,
        question: { ...question, k: 5, perCollectionK: null, filter: null },
        redacted: false,
        answer: { ...answer, similarities: [0.5] },
        latencyMs: 1,
      }),
    );
  });
  await writeFile(join(cwd, 'log.jsonl'), `${lines.join('\n')}\n`);
  expect((await bench('capture', 'log.jsonl')).code).toBe(0);
  captured = join('runs', (await readdir(join(cwd, 'runs')))[0] ?? '');
});

afterAll(() => rm(cwd, { recursive: true }));

describe('bench retrieve --baseline', () => {
  it('asks a candidate that takes vectors by those of --embed, and holds it to gates.errors.margin', async () => {
    const url = 'hnsw://index-{collection}?m=16';
    expect((await bench('ingest', '--backend', url, '--embed', 'onnx')).code).toBe(0);
    const without = await against('--candidate', url);
    expect(without.err).toContain('name what embeds the texts: --embed');
    expect([without.code, without.err]).toEqual([
      2,
      expect.stringContaining('none of 3 needs can be asked'),
    ]);
    const given = ['--candidate', url, '--embed', 'onnx', '--set', 'gates.errors.margin=0.7'];
    const { out, err } = await against(...given);
    const { findings } = JSON.parse(out || '{}');
    expect(findings?.gates[0], err).toMatchObject({ name: 'errors', n: 3, mean: 0, margin: 0.7 });
    expect(findings).not.toHaveProperty('unexpressed');
  });

  it.each([
    [['--ingest', 'if-empty'], '--ingest'],
    [['--incumbent', 'hnsw://other'], '--incumbent'],
    [['--sequential'], '--sequential'],
    [['--weights', 'frequency'], '--weights frequency'],
    [['--set', 'gates.recall.margin=0.1'], '--set gates.recall.margin'],
  ])('refuses %j, which would do nothing', async (argv, named) => {
    const { code, err } = await against('--candidate', 'hnsw://index', ...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(`${named}: means nothing with`)]);
  });

  it('names what does nothing and promises nothing', async () => {
    const url = 'hnsw://index-{collection}?m=16';
    const idle = ['--k', '5', '--set', 'latency.blockPairs=1'];
    const { code, err } = await against('--candidate', url, '--embed', 'onnx', ...idle);
    expect(code, err).not.toBe(2);
    expect(err).toContain('bench: warning: --k: means nothing with --baseline\n');
    expect(err).toContain('bench: warning: --set latency.blockPairs: means nothing with');
  });
});
