import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { runMain } from '../golden/run-main.ts';
import { type ServedPair, servePair } from '../golden/serve-pair.ts';
import { RUNS } from '../golden/stored-runs.ts';
import { bufferIo } from '../support/buffer-io.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const CORPUS = join(RUNS, 'pass/corpus');
/** What makes a run of the main job end within seconds. */
const SMALL = [
  'latency.blockPairs=1',
  'latency.requestsPerBlock=20',
  'throughput.slices=1',
  'throughput.requestsPerSlice=20',
].flatMap((set) => ['--set', set]);
const TEXTS = ['welders in Ohio', 'forklift drivers', 'night shift nurse'];

/** Command lines of a page, as arguments. */
async function commandsOf(page: string): Promise<string[][]> {
  const text = await readFile(join(DOCS, page), 'utf8');
  return [...text.matchAll(/^npm run bench -- (.*?)\s*(?:#.*)?$/gm)].map(([, words = '']) =>
    words.split(/\s+/),
  );
}

let folder = '';
let capture = '';
let pair: ServedPair;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'traffic-docs-'));
  pair = await servePair(CORPUS);
  const lines = Array.from({ length: 12 }, (_, at) =>
    JSON.stringify({
      time: new Date(1_700_000_000_000 + 50 * at).toISOString(),
      method: 'POST',
      path: '/api/vectors/hybrid',
      body: { question: TEXTS[at % 3], index_name: 'workers', top_k: 5 },
      status: 200,
      response: { sources: [{ doc_id: 'w-1', score: 0.5 }] },
    }),
  );
  await writeFile(join(folder, 'access.jsonl'), `${lines.join('\n')}\n`);
}, 120_000);
afterAll(async () => {
  await pair?.stop();
  await rm(folder, { recursive: true });
});

/** Carries a documented line out against the pair; CAPTURE is the run of the first one. */
async function carryOut(argv: readonly string[], ...more: readonly string[]) {
  const words = argv.map((word) => word.replace('runs/CAPTURE', capture));
  return runMain([...words, '--corpus', CORPUS, ...more], { cwd: folder, env: pair.env });
}

describe('the commands of capture.md and replay.md', { timeout: 300_000 }, () => {
  it('capture a log', async () => {
    const [first = []] = await commandsOf('capture.md');
    const { code, out, err } = await carryOut(first);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^\S INFORMATIONAL: 3 of 3 needs kept, from 12 requests\n/);
    const [run = ''] = await readdir(join(folder, 'runs'));
    capture = join('runs', run);
  });

  it('ask what was captured', async () => {
    const [, ...others] = await commandsOf('capture.md');
    expect(others.length).toBeGreaterThan(2);
    for (const argv of others) {
      const { code, out, err } = await carryOut(argv, '-k', '5', ...SMALL);
      expect([argv, code, err]).not.toEqual([argv, 2, err]);
      expect([0, 1, 3], err).toContain(code);
      expect(out).toMatch(/^\S [A-Z ]+: /);
    }
  });

  it('replay it', async () => {
    const [again, ...replays] = await commandsOf('replay.md');
    expect(again).toEqual(['capture', 'access.jsonl']);
    expect(replays.length).toBeGreaterThan(1);
    for (const argv of replays) {
      const { code, out, err } = await carryOut(argv, '-k', '5');
      expect(code, err).toBe(0);
      expect(out).toMatch(/^\S INFORMATIONAL: of 12 arrivals at /);
    }
  });
});

it('the first command of shadow.md serves users and judges, and says that a demo takes the place of backends', async () => {
  const [first = []] = await commandsOf('shadow.md');
  const end = new AbortController();
  const io = bufferIo({ cwd: folder, signal: end.signal });
  // Free ports in place of the documented ones.
  const argv = first.map((word) => (word === '3701' ? '0' : word));
  const served = main([...argv, '--port', '0', '--corpus', CORPUS, '--sample', '1'], io);
  await expect.poll(() => io.out(), { timeout: 120_000 }).toContain('frontend http');
  expect(io.err()).toContain('no backend is named: two demo gateways take their places');
  const [, url = ''] = /frontend (\S+)/.exec(io.out()) ?? [];
  const answer = await fetch(`${url}/api/vectors/hybrid`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question: TEXTS[0], index_name: 'workers', top_k: 5, generate: false }),
  });
  expect(answer.status).toBe(200);
  end.abort();
  expect([3, 130]).toContain(await served);
  expect(io.out()).toMatch(/^\? INCONCLUSIVE: /m);
}, 180_000);
