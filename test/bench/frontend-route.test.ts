import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { main } from '../../bench/cli.ts';
import { sealedLine } from '../../src/record/line-seal.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { stubPair } from '../shadow/rig.ts';
import { bufferIo } from '../support/buffer-io.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const ADAPTERS = `export const adapters = {
  '/v1/matrix/retrieve': ({ results }) => ({
    sources: results.map(({ id, distance, metadata }) => ({ doc_id: id, score: 1 - distance, metadata })),
    sql_matches: 10,
    method: 'hybrid',
  }),
};
`;

const HASHES = {
  ...{ corpus: 'c', queries: 'q', judgments: 'j', config: 'k' },
  incumbentDialect: rustLakehouse().fingerprint,
  candidateDialect: goLakehouse().fingerprint,
  incumbentBackend: 'lakehouse, a model, 64 dimensions',
  candidateBackend: 'gateway, 64 dimensions',
};

function row(verdict: 'pass' | 'fail', hashes: Partial<typeof HASHES>): string {
  const change = verdict === 'pass' ? 'cleared' : 'lost';
  const paths = { incumbentPath: '/vectors/hybrid', candidatePath: '/v1/matrix/retrieve' };
  const run = { runId: 'r', runLink: null, date: '2026-11-23', notes: '' };
  const evidence = { gates: [], hashes: { ...HASHES, ...hashes } };
  const schema = 'retrieval-parity/ledger@1';
  return `${JSON.stringify({ schema, endpoint: 'retrieve', ...paths, ...run, verdict, change, evidence })}\n`;
}

/** `bench frontend` before a pair, with all of one path routed by what a ledger says. */
async function routed(rows: string) {
  const folder = await mkdtemp(join(tmpdir(), 'routed-'));
  ends.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'adapters.mjs'), ADAPTERS);
  await writeFile(join(folder, 'ledger.jsonl'), rows);
  const pair = await stubPair(() => null);
  ends.push(pair.incumbent.kill, pair.candidate.kill);
  const ending = new AbortController();
  const io = { ...bufferIo(), cwd: folder, signal: ending.signal };
  const ended = main(
    [
      ...['frontend', '--port', '0', '--ledger', 'ledger.jsonl', '--adapters', 'adapters.mjs'],
      ...['--incumbent-url', pair.incumbent.url, '--candidate-url', pair.candidate.url],
      ...['--route', '/api/vectors/hybrid=candidate', '--percent', '100'],
    ],
    io,
  );
  ends.push(async () => {
    ending.abort();
    expect(await ended).toBe(0);
  });
  await expect.poll(() => io.out(), { timeout: 20_000 }).toContain('(cutover open)');
  const url = /http:\S+/.exec(io.out())?.[0] ?? '';
  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${url}/api/vectors/hybrid`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({
        question: 'forklift',
        index_name: 'workers',
        top_k: 10,
        generate: false,
      }),
    });
    return {
      by: response.headers.get('x-frontend-route') ?? 'incumbent',
      sources: ((await response.json()) as { sources: { doc_id: string }[] }).sources,
    };
  };
  return { ask, log: io.err, ledger: join(folder, 'ledger.jsonl') };
}

/** Rows as the suite appends them today, each sealed to the one before. */
function sealed(...verdicts: readonly ('pass' | 'fail')[]): string {
  const lines: string[] = [];
  for (const verdict of verdicts) {
    lines.push(sealedLine(JSON.parse(row(verdict, {})) as object, lines.at(-1) ?? null));
  }
  return `${lines.join('\n')}\n`;
}

/** The first row with another run. */
function changed(rows: string): string {
  return rows.replace('"runId":"r"', '"runId":"s"');
}

describe('bench frontend --route', () => {
  test('the candidate answers requests with a key, in the shape of the incumbent', async () => {
    const { ask, log } = await routed(row('pass', {}));
    const [moved, own] = [await ask({ 'x-user-id': 'u-1' }), await ask({})];
    expect([moved.by, own.by]).toEqual(['candidate', 'incumbent']);
    expect(moved.sources.map(({ doc_id }) => doc_id)).toEqual(
      own.sources.map(({ doc_id }) => doc_id),
    );
    expect(log()).toContain('route /vectors/hybrid: open: the verdict stands');
  });

  test.each([
    ['no verdict', ''],
    ['a lost verdict', row('pass', {}) + row('fail', {})],
    ['a verdict of another dialect', row('pass', { candidateDialect: 'go-lakehouse@0' })],
    [
      'a verdict of another candidate',
      row('pass', { candidateBackend: 'gateway-next, 64 dimensions' }),
    ],
    ['a verdict of another incumbent', row('pass', { incumbentBackend: 'lakehouse-old' })],
    ['a verdict before a line that is torn', `${row('pass', {})}${row('fail', {}).slice(0, 90)}`],
    ['a verdict after a line that is no row', `{"verdict":"fail"}\n${row('pass', {})}`],
    ['a verdict of a ledger with a line that was changed', changed(sealed('fail', 'pass'))],
    [
      'a verdict of a ledger from which a line is gone',
      sealed('pass', 'fail', 'pass').replace(/\n.*\n/, '\n'),
    ],
  ])('%s moves nothing', async (_what, rows) => {
    const { ask, log } = await routed(rows);
    expect((await ask({ 'x-user-id': 'u-1' })).by).toBe('incumbent');
    expect(log()).not.toContain('open');
  });

  test('a ledger that is damaged while a route is open closes it', async () => {
    const { ask, log, ledger } = await routed(sealed('pass'));
    expect((await ask({ 'x-user-id': 'u-1' })).by).toBe('candidate');
    await appendFile(ledger, '{"torn');
    await expect
      .poll(async () => (await ask({ 'x-user-id': 'u-1' })).by, { timeout: 20_000 })
      .toBe('incumbent');
    expect(log()).toMatch(/closed.*no verdict for \/v1\/matrix\/retrieve that stands/);
  });
});
