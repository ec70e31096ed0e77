import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { bufferIo } from '../support/buffer-io.ts';
import { type FakeGateway, fakeGateway, type Misbehaviour } from '../support/fake-gateway.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'bad-input-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

/** Runs a command that must fail, and gives its exit code and what it said, one line and one hint. */
async function failing(argv: readonly string[], env: Record<string, string> = {}) {
  const io = bufferIo({ cwd, env });
  const code = await main(
    [...argv, ...(argv[0] === 'retrieve' ? ['--runs', join(cwd, 'runs')] : [])],
    io,
  );
  const lines = io
    .err()
    .split('\n')
    .filter((line) => line !== '');
  expect(io.out()).toBe('');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^bench: /);
  expect(lines[1]).toMatch(/^ {2}hint: ./);
  expect(await readdir(join(cwd, 'runs')).catch(() => [])).toEqual([]);
  return { code, said: lines.join('\n') };
}

describe('mistakes in arguments and configuration end with exit 2, one line and a hint', () => {
  it('an unknown flag names the nearest one', async () => {
    expect(await failing(['retrieve', '--quik'])).toEqual({
      code: 2,
      said: "bench: unknown option '--quik'\n  hint: did you mean --quick?",
    });
  });

  it('an answer that is slow below its own time is no plan of a shadow', async () => {
    const { code, said } = await failing(['shadow', '--slow', '0.5']);
    expect(code).toBe(2);
    expect(said).toContain('expected a number from 1');
  });

  it('an unknown command names the nearest one', async () => {
    const { code, said } = await failing(['retreive']);
    expect(code).toBe(2);
    expect(said).toContain('did you mean retrieve?');
  });

  it('an unknown key of --set names the nearest one', async () => {
    const { code, said } = await failing(['retrieve', '--set', 'gates.recall.margn=0.1']);
    expect(code).toBe(2);
    expect(said).toContain('unknown key gates.recall.margn');
    expect(said).toContain('did you mean gates.recall.margin?');
  });

  it.each([
    ['--incumbent', ['--incumbent', '', '--candidate', '']],
    ['--candidate-url', ['--candidate-url', ' ']],
    ['--also', ['--also', '']],
    ['--corpus', ['--corpus', '']],
    ['--config', ['--config', '']],
  ])('an empty %s is no demo pair and no working folder', async (flag, argv) => {
    const { code, said } = await failing(['retrieve', ...argv]);
    expect([code, said]).toEqual([2, expect.stringContaining(`bench: ${flag}: nothing is given`)]);
  });

  it.each([
    'latency.blockPairs=1000000000',
    'latency.requestsPerBlock=100000000000',
    'throughput.slices=1000000000',
  ])('a plan that no machine holds is refused: %s', async (set) => {
    for (const command of ['plan', 'retrieve']) {
      const { code, said } = await failing([command, '--set', set]);
      expect([code, said]).toEqual([2, expect.stringContaining('more than can be timed')]);
    }
  });

  it('one URL alone says which is missing', async () => {
    const { code, said } = await failing(['retrieve'], {
      RUST_LAKEHOUSE_URL: 'http://127.0.0.1:1',
    });
    expect(code).toBe(2);
    expect(said).toContain('the candidate has no URL');
    expect(said).toContain('GO_LAKEHOUSE_URL');
  });

  it('a missing corpus is named', async () => {
    const { code, said } = await failing(['retrieve', '--corpus', 'nowhere']);
    expect(code).toBe(2);
    expect(said).toContain('nowhere');
  });

  it('a margin that the needs can never show is refused, with the number that could', async () => {
    const { code, said } = await failing(['retrieve', '--set', 'gates.recall.margin=0.001']);
    expect(code).toBe(2);
    expect(said).toMatch(/780 needs of search can never show so little; 3688 are needed/);
  });

  it('a gate on a slice without queries is refused', async () => {
    const { code, said } = await failing([
      'retrieve',
      '--set',
      'gates.slices.tyops={"recall":{"margin":0.1}}',
    ]);
    expect(code).toBe(2);
    expect(said).toContain('gates.slices.tyops: the corpus has no query in this slice');
  });
});

describe('damaged corpora end with exit 2 and name file and line', () => {
  const original = join(import.meta.dirname, '../../corpora/workers-200');

  async function damaged(file: string, change: (text: string) => string): Promise<string> {
    const folder = await mkdtemp(join(cwd, 'corpus-'));
    await cp(original, folder, { recursive: true });
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
      files?: unknown;
    };
    // Hashes are optional in a manifest; with them the first complaint would be the hash.
    await writeFile(
      join(folder, 'manifest.json'),
      JSON.stringify(manifest, (key, value: unknown) =>
        key === 'sha256' || key === 'count' ? undefined : value,
      ),
    );
    const path = join(folder, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
    return folder;
  }

  it('malformed JSONL', async () => {
    const folder = await damaged('documents.jsonl', (text) =>
      text.replace('{"id":"w-2"', '{"id":w-2"'),
    );
    const { code, said } = await failing(['retrieve', '--corpus', folder]);
    expect(code).toBe(2);
    expect(said).toContain('documents.jsonl:3');
  });

  it('duplicate ids', async () => {
    const folder = await damaged('documents.jsonl', (text) =>
      text.replace('{"id":"w-2"', '{"id":"w-1"'),
    );
    const { code, said } = await failing(['retrieve', '--corpus', folder]);
    expect(code).toBe(2);
    expect(said).toMatch(/documents\.jsonl:3.*w-1/);
  });
});

describe('a backend that is not well ends preflight with exit 4 and is named with its endpoint', () => {
  const json = { 'content-type': 'application/json' };
  const cases: [string, 'rust' | 'go', string, Misbehaviour, RegExp][] = [
    [
      'HTTP 500',
      'go',
      '/v1/matrix/search',
      (_, response) => response.writeHead(500, json).end('{"error":"index is gone"}'),
      /candidate .*\/v1\/matrix\/search.*500.*index is gone/,
    ],
    [
      'HTML instead of JSON',
      'rust',
      '/ai/embed',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      /incumbent .*\/ai\/embed.*malformed.*text\/html/,
    ],
    [
      'a body that stops in the middle',
      'go',
      '/v1/embed',
      (_, response) => {
        response.writeHead(200, { ...json, 'content-length': '1000' });
        response.write('{"vectors":[');
        setTimeout(() => response.destroy(), 20);
      },
      /candidate .*\/v1\/embed.*reset/,
    ],
    ['a backend that never answers', 'go', '/health', () => {}, /candidate .*\/health.*timeout/],
    [
      'vectors of another dimension than they are said to have',
      'go',
      '/v1/embed',
      (_, response) =>
        response.writeHead(200, json).end('{"vectors":[[1,2,3]],"dimension":4,"model":"m"}'),
      /candidate .*\/v1\/embed.*malformed/,
    ],
    [
      'a score that is no number',
      'rust',
      '/vectors/search',
      (_, response) =>
        response
          .writeHead(200, json)
          .end('{"results":[{"doc_id":"a","score":null,"chunk_text":"","metadata":{}}]}'),
      /incumbent .*\/vectors\/search.*malformed.*score/,
    ],
  ];

  it.each(cases)('%s', async (_, kind, path, misbehave, expected) => {
    const gateways: FakeGateway[] = [
      await fakeGateway('rust', kind === 'rust' ? { [path]: misbehave } : {}),
      await fakeGateway('go', kind === 'go' ? { [path]: misbehave } : {}),
    ];
    try {
      const { code, said } = await failing(
        ['retrieve', '--quick', '--set', `timeouts.requestMs=${path === '/health' ? 300 : 5000}`],
        {
          RUST_LAKEHOUSE_URL: gateways[0]?.url ?? '',
          GO_LAKEHOUSE_URL: gateways[1]?.url ?? '',
        },
      );
      expect(code).toBe(4);
      expect(said).toMatch(expected);
    } finally {
      await Promise.all(gateways.map((gateway) => gateway.close()));
    }
  });

  it('an unreachable one', async () => {
    const gone = await fakeGateway('rust');
    await gone.close();
    const { code, said } = await failing(['retrieve', '--quick'], {
      RUST_LAKEHOUSE_URL: gone.url,
      GO_LAKEHOUSE_URL: gone.url,
    });
    expect(code).toBe(4);
    expect(said).toMatch(/incumbent .*refused/);
    expect(said).toContain('start the backend');
  });
});
