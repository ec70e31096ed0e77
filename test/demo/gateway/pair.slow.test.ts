import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { main } from '../../../bench/cli.ts';
import { type GatewayPair, startPair } from '../../../src/demo/gateway/pair.ts';
import { InfrastructureError, UsageError } from '../../../src/errors.ts';
import { folderWith, handFiles } from '../../embed/small-model.ts';

const START_MS = 60_000;
const WAIT = { timeout: 20_000, interval: 50 };

/** A corpus of ten documents in the words of the hand-made model, as files. */
async function corpusFolder(): Promise<string> {
  const documents = Array.from({ length: 10 }, (_, i) => ({
    id: `d-${i}`,
    text: `${'a '.repeat(i + 1)}b`,
    metadata: { even: i % 2 === 0 },
  }));
  const query = { id: 'q', need: 'n', text: 'a b', slices: [], collections: ['docs'] };
  return folderWith({
    'manifest.json': {
      version: 1,
      name: 'tiny',
      collections: [{ name: 'docs', file: 'docs.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    },
    'docs.jsonl': documents.map((document) => `${JSON.stringify(document)}\n`).join(''),
    'queries.jsonl': `${JSON.stringify(query)}\n`,
    'judgments.tsv': 'q\tdocs/d-0\t3\n',
  });
}

async function folders() {
  return { corpusFolder: await corpusFolder(), encoderFolder: await folderWith(handFiles()) };
}

/** A process that has ended and waits only for its exit code to be collected does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return process.platform !== 'linux';
  }
}

async function idsFrom(url: string, path: string, body: unknown): Promise<readonly string[]> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, { id?: string; doc_id?: string }[]>;
  return (answer.results ?? answer.sources ?? []).map((row) => row.id ?? row.doc_id ?? '');
}

const fromRust = (url: string) =>
  idsFrom(url, '/vectors/hybrid', { question: 'a b', index_name: 'docs', top_k: 20 });
const fromGo = (url: string) =>
  idsFrom(url, '/v1/matrix/retrieve', { query_text: 'a b', corpora: ['docs'], k: 20 });

async function started(options: Parameters<typeof startPair>[0]): Promise<GatewayPair> {
  const pair = await startPair(options);
  onTestFinished(() => pair.stop());
  return pair;
}

test(
  'both gateways answer alike, one may die without the other, and stop leaves neither',
  async () => {
    const pair = await started(await folders());
    const incumbent = await fromRust(pair.incumbentUrl);
    expect(incumbent).toHaveLength(10);
    expect(await fromGo(pair.candidateUrl)).toEqual(incumbent);

    process.kill(pair.pids[1], 'SIGKILL');
    expect(await pair.ended).toBe('the Go-shaped gateway ended (SIGKILL)');
    await expect(fromGo(pair.candidateUrl)).rejects.toThrow();
    expect(await fromRust(pair.incumbentUrl)).toEqual(incumbent);

    await pair.stop();
    expect(pair.pids.map(isRunning)).toEqual([false, false]);
  },
  START_MS,
);

test('a mistake in what is to be served is a usage error', async () => {
  const both = await folders();
  await expect(startPair({ ...both, corpusFolder: '/nowhere/at-all' })).rejects.toThrow(UsageError);
  await expect(startPair({ ...both, encoderFolder: '/nowhere/at-all' })).rejects.toThrow(
    UsageError,
  );
});

test('a port that is taken is an infrastructure error that names it', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void squatter.close());
  await once(squatter, 'listening');
  const taken = squatter.address() as { port: number };
  const start = startPair({ ...(await folders()), candidatePort: taken.port });
  await expect(start).rejects.toThrow(InfrastructureError);
  await expect(start).rejects.toThrow(`127.0.0.1:${taken.port}: EADDRINUSE`);
});

test('a start without a sign of life ends, and so does one that is called off', async () => {
  const both = await folders();
  await expect(startPair({ ...both, silenceMs: 50 })).rejects.toThrow(/no sign of life/);
  const reason = new Error('called off');
  await expect(startPair({ ...both, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

/** `bench serve` as a process of its own; settles when both gateways answer. */
async function serving(): Promise<{ bench: ChildProcess; pids: readonly number[] }> {
  const both = await folders();
  const bench = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('../../../bench/main.ts', import.meta.url)),
      ...['serve', '--corpus', both.corpusFolder, '--encoder', both.encoderFolder],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  for await (const chunk of bench.stderr ?? []) {
    said += String(chunk);
    const pids = /processes (\d+) and (\d+)/.exec(said);
    if (pids !== null) return { bench, pids: pids.slice(1).map(Number) };
  }
  throw new Error(`bench serve did not start: ${said}`);
}

test(
  'no gateway outlives a parent that was killed',
  async () => {
    const { bench, pids } = await serving();
    expect(pids.map(isRunning)).toEqual([true, true]);
    bench.kill('SIGKILL');
    await vi.waitFor(() => expect(pids.map(isRunning)).toEqual([false, false]), WAIT);
  },
  START_MS,
);

test(
  'bench serve prints the line to copy, plants its fault in the candidate and ends with 0 on Ctrl-C',
  async () => {
    const both = await folders();
    const interrupt = new AbortController();
    let stdout = '';
    const code = main(
      [
        ...['serve', '--fault', 'drop:0.3', '--seed', '7'],
        ...['--corpus', both.corpusFolder, '--encoder', both.encoderFolder],
      ],
      {
        stdout: (text) => {
          stdout += text;
        },
        stderr: () => {},
        env: {},
        cwd: join('/'),
        isTerminal: false,
        signal: interrupt.signal,
      },
    );
    onTestFinished(() => interrupt.abort());
    await vi.waitFor(() => expect(stdout).not.toBe(''), { ...WAIT, timeout: START_MS });
    const line =
      /^RUST_LAKEHOUSE_URL=(\S+) GO_LAKEHOUSE_URL=(\S+) npm run bench -- retrieve\n$/.exec(stdout);
    expect(await fromRust(line?.[1] ?? '')).toHaveLength(10);
    expect(await fromGo(line?.[2] ?? '')).toHaveLength(7);
    interrupt.abort();
    expect(await code).toBe(0);
  },
  START_MS,
);

test('bench serve refuses an unknown fault, a bad rate and a bad port before it starts anything', async () => {
  for (const [argv, said] of [
    [['--fault', 'dorp:0.05'], 'did you mean drop?'],
    [['--fault', 'drop:2'], 'rate'],
    [['--rust-port', '70000'], 'port'],
  ] as const) {
    let stderr = '';
    const code = await main(['serve', ...argv], {
      stdout: () => {},
      stderr: (text) => {
        stderr += text;
      },
      env: {},
      cwd: '/',
      isTerminal: false,
      signal: new AbortController().signal,
    });
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  }
});
