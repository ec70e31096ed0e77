import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allCommand } from '../../bench/backends/all.ts';
import type { DefineCommand } from '../../bench/command.ts';
import { chatCommand } from '../../bench/probes/chat.ts';
import { embedCommand } from '../../bench/probes/embed.ts';
import { healthCommand } from '../../bench/probes/health.ts';
import { searchCommand } from '../../bench/probes/search.ts';
import { sqlCommand } from '../../bench/probes/sql.ts';
import { storageCommand } from '../../bench/probes/storage.ts';
import { parseFault } from '../../src/demo/gateway/faults/parse.ts';
import { type GatewayPair, startPair } from '../../src/demo/gateway/pair.ts';
import { rescore } from '../../src/rescore.ts';
import { runCommand } from '../support/run-command.ts';

const CORPORA = join(import.meta.dirname, '../../corpora');
let pair: GatewayPair;
let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'probes-'));
  pair = await start();
});
afterAll(async () => {
  await pair.stop();
  await rm(cwd, { recursive: true });
});

async function start(...faults: string[]): Promise<GatewayPair> {
  return startPair({
    corpusFolder: join(CORPORA, 'workers-200'),
    encoderFolder: join(CORPORA, 'encoder'),
    faults: faults.map((text) => parseFault(text, 1)),
  });
}

/** The run folders that a command named, on its screens or on stderr. */
function foldersIn(said: string): string[] {
  return [...said.matchAll(/run folder (.*)|^Report +(.*)\/report\.html$/gm)].map(
    ([, folder = '', shown = '']) => folder || join(cwd, shown),
  );
}

/** Rescores the run folders that a command named, and gives the codes and what differs. */
async function rescored(said: string): Promise<unknown[]> {
  const folders = foldersIn(said);
  expect(folders.length).toBeGreaterThan(0);
  const runs = await Promise.all(folders.map((folder) => rescore(folder)));
  return runs.map(({ kind, compared, differing }) => [kind, compared.length, differing]);
}

/** Runs a command against a pair that is running already. */
async function probe(
  command: DefineCommand,
  argv: readonly string[],
  { on = pair, env = {} }: { on?: GatewayPair; env?: Record<string, string> } = {},
) {
  const urls = { RUST_LAKEHOUSE_URL: on.incumbentUrl, GO_LAKEHOUSE_URL: on.candidateUrl };
  const { code, stdout, stderr } = await runCommand(command, argv, {
    cwd,
    env: { ...urls, ...env },
  });
  return { code, out: stdout, err: stderr };
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('the probes on the embedded pair', () => {
  it('embed passes 5/5 with cos=1.000, and a second run of the day overwrites nothing', async () => {
    const first = await probe(embedCommand, ['embed']);
    expect([first.code, lastLine(first.out)]).toEqual([0, 'PASS 5/5 cos=1.000']);
    const [name = ''] = await readdir(join(cwd, 'parity'));
    expect(name).toMatch(/^embed_parity_\d{4}-\d\d-\d\d\.md$/);
    const before = await readFile(join(cwd, 'parity', name), 'utf8');
    expect(before).toContain('raw bits equal for 0');
    await probe(embedCommand, ['embed'], { env: { MODEL: 'retrieval-parity-demo' } });
    expect((await readdir(join(cwd, 'parity'))).sort()).toEqual([
      name,
      name.replace('.md', '_2.md'),
    ]);
    expect(await readFile(join(cwd, 'parity', name), 'utf8')).toBe(before);
  });

  it('embed takes texts from a file, and a local model as a third side', async () => {
    await writeFile(join(cwd, 'texts.txt'), 'night nurse\ncrane operator\n');
    const reference = join(CORPORA, 'encoder');
    const argv = ['embed', '--texts', 'texts.txt', '--reference', reference, '--json'];
    const { code, out, err } = await probe(embedCommand, argv);
    const { findings, verdict } = JSON.parse(out);
    expect([code, verdict.line]).toEqual([0, 'PASS 2/2 cos=1.000']);
    expect(await rescored(err)).toEqual([['probe', 3, []]]);
    expect(findings.checks.at(-1)).toMatchObject({ group: 'reference', state: 'same' });
  });

  it('embed with a model that is not served ends with exit 4 and names it', async () => {
    const { code, err } = await probe(embedCommand, ['embed', '--model', 'nomic-embed-text']);
    expect([code, err]).toEqual([4, expect.stringContaining('nomic-embed-text')]);
  });

  it('sql passes all forty statements, and keeps what it saw in a run folder', async () => {
    const { code, out, err } = await probe(sqlCommand, ['sql']);
    // The screen has said it all.
    expect([code, lastLine(out), err]).toEqual([0, 'PASS 40/40 statements', '']);
    const [folder = ''] = foldersIn(out);
    expect((await readdir(folder)).sort()).toEqual([
      'findings.json',
      'journal.jsonl',
      'manifest.json',
      'observations',
      'report.html',
      'report.md',
      'verdict.json',
    ]);
    expect(await rescored(out)).toEqual([['probe', 3, []]]);
    const record = join(folder, 'observations', 'probe.json');
    await writeFile(record, (await readFile(record, 'utf8')).replace('"ok"', '"no"'));
    await expect(rescore(folder)).rejects.toMatchObject({
      code: 'run-file',
      hint: expect.stringContaining('the sha256 is not the recorded one: set aside'),
    });
  });

  it('sql refuses a file with a statement that writes, before anything is sent', async () => {
    await writeFile(
      join(cwd, 'writes.jsonl'),
      '{"sql":"SELECT 1 AS a"}\n{"sql":"DELETE FROM jobs"}\n',
    );
    const refused = await runCommand(sqlCommand, ['sql', '--statements', 'writes.jsonl'], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('writes.jsonl:2: may write (DELETE); nothing was sent');
    // The gateways of the pair are read-only themselves, so that both refuse what is sent after all.
    const argv = ['sql', '--statements', 'writes.jsonl', '--allow-writes'];
    expect((await probe(sqlCommand, argv)).code).toBe(3);
    expect((await probe(sqlCommand, ['sql'])).code).toBe(0);
  });

  it('storage and chat pass', async () => {
    const stored = await probe(storageCommand, ['storage']);
    expect(lastLine(stored.out)).toBe('PASS 81/81 steps');
    const talked = await probe(chatCommand, ['chat']);
    expect(lastLine(talked.out)).toBe('PASS 9/9 conversations');
    const same = ['probe', 3, []];
    expect(await rescored(stored.out + talked.out)).toEqual([same, same]);
  });

  it('search with few needs is inconclusive on both paths, exit 3', async () => {
    const { code, out, err } = await probe(searchCommand, [
      'search',
      '--json',
      '--set',
      'quality.maxNeeds=40',
    ]);
    const results = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(3);
    expect(results.map(({ findings }) => findings.candidatePath)).toEqual([
      '/v1/vectors/search',
      '/v1/matrix/search',
    ]);
    expect(results.map(({ verdict }) => verdict.line)).toEqual([
      expect.stringMatching(/^INCONCLUSIVE 40\/40 /),
      expect.stringMatching(/^INCONCLUSIVE 40\/40 /),
    ]);
    const same = ['probe', 3, []];
    expect(await rescored(err)).toEqual([same, same]);
  });

  it('all prints one table and gives the ledger one row an endpoint', async () => {
    const sizes = ['quality.maxNeeds=40', 'latency.blockPairs=0', 'throughput.requestsPerSlice=0'];
    const argv = ['all', '--results', 'all', '-o', 'markdown'];
    argv.push(...sizes.flatMap((size) => ['--set', size]));
    const { code, out, err } = await probe(allCommand, argv);
    expect(code).toBe(3);
    // The main job asks the same backends, and says what it came to like any other.
    expect(err).toMatch(/^bench: run folder .*\nbench: inconclusive: /m);
    expect(out).toMatch(/\| retrieve +\| .*\/v1\/matrix\/retrieve +\| inconclusive/);
    expect(out).toContain('2 of 2 up');
    const rows = (await readFile(join(cwd, 'all', 'ledger.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    // Forty needs decide neither search, and what is not decided has no row.
    expect(rows.map(({ endpoint, change }) => `${endpoint} ${change}`)).toEqual([
      'embed cleared',
      'sql cleared',
      'storage cleared',
      'chat cleared',
      'health cleared',
    ]);
    expect(out).toMatch(/\| vectors\/search .*\| inconclusive/);
    // One path is asked by a probe and by the main job, and neither answers for the other.
    expect(out).toMatch(/\| matrix\/search +\| .*\/v1\/matrix\/search +\| inconclusive/);
    expect(out).toMatch(/\| search +\| .*\/v1\/matrix\/search +\| inconclusive/);
    expect(await readFile(join(cwd, 'all', 'ledger.md'), 'utf8')).toContain('PASS 5/5 cos=1.000');
  });
});

describe('planted faults', () => {
  it('a candidate whose every answer is malformed fails every probe but passes none', async () => {
    const broken = await start('malformed-json:1');
    onTestFinished(() => broken.stop());
    expect((await probe(sqlCommand, ['sql'], { on: broken })).code).toBe(1);
    expect((await probe(chatCommand, ['chat'], { on: broken })).code).toBe(1);
    expect((await probe(storageCommand, ['storage'], { on: broken })).code).toBe(1);
    expect((await probe(embedCommand, ['embed'], { on: broken })).code).toBe(4);
  });
});

describe('bench health', () => {
  async function daemon(answer: string, type: string, status = 200): Promise<string> {
    const server: Server = createServer((_, response) => {
      response.writeHead(status, { 'content-type': type });
      response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function health(services: readonly { name: string; url: string; path?: string }[]) {
    await writeFile(join(cwd, 'stack.json'), JSON.stringify(services));
    const argv = ['health', '--stack', 'stack.json', '--json', '--timeout-ms', '5000'];
    const { code, stdout: out } = await runCommand(healthCommand, argv, { cwd });
    return { code, findings: JSON.parse(out) };
  }

  it('eleven services that are up: exit 0, with the versions they give', async () => {
    const ok = '{"status":"ok","service":"gateway","version":"1.2.3"}';
    const services = await Promise.all(
      Array.from({ length: 11 }, async (_, at) => ({
        name: `daemon-${at}`,
        url: await (at === 0
          ? daemon('lakehouse ok', 'text/plain')
          : daemon(ok, 'application/json')),
      })),
    );
    const { code, findings } = await health(services);
    expect([code, findings.up, findings.of]).toEqual([0, 11, 11]);
    const versions = findings.services.map(({ version }: { version: string | null }) => version);
    expect(versions).toEqual([null, ...Array.from({ length: 10 }, () => '1.2.3')]);
  });

  it('one down, one that says it is degraded and one that answers 503: exit 4, each by its state', async () => {
    const up = await daemon('ok', 'text/plain');
    const { code, findings } = await health([
      { name: 'up', url: up },
      { name: 'down', url: 'http://127.0.0.1:1' },
      { name: 'degraded', url: await daemon('{"status":"degraded"}', 'application/json') },
      { name: 'failing', url: await daemon('oops', 'text/plain', 503), path: '/ready' },
    ]);
    expect(code).toBe(4);
    expect(findings.services.map(({ state }: { state: string }) => state)).toEqual([
      'up',
      'down',
      'unhealthy',
      'unhealthy',
    ]);
  });

  it('a stack file that is none ends with exit 2', async () => {
    await writeFile(join(cwd, 'bad.json'), '[{"name":"x","url":"ftp://x"}]');
    const { code, stderr: err } = await runCommand(
      healthCommand,
      ['health', '--stack', 'bad.json'],
      {
        cwd,
      },
    );
    expect([code, err]).toEqual([2, expect.stringContaining('bad.json: ')]);
  });
});
