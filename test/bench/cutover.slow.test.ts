import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cutoverCommand, formerCutoverCommand } from '../../bench/backends/cutover.ts';
import { restartStorm } from '../../bench/experiments/restart-storm.ts';
import { ledgerVerdicts } from '../../src/cutover/frontend/ledger-verdicts.ts';
import { loadAdapters } from '../../src/cutover/frontend/load-adapters.ts';
import { EXIT } from '../../src/errors.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { rescore } from '../../src/rescore.ts';
import { backend, echo, frontend } from '../cutover/frontend/rig.ts';
import { runCommand } from '../support/run-command.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutover-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function prove(args: readonly string[], name = 'cutover') {
  const define = name === 'slice' ? formerCutoverCommand : cutoverCommand;
  const { code, stdout, stderr } = await runCommand(define, [name, ...args, '-o', 'markdown'], {
    cwd: folder,
  });
  return { code, out: stdout, err: stderr };
}

const rescored = (err: string) => rescore(/run folder (.*)/.exec(err)?.[1] ?? '');

/** Answers a request with what was asked: the same bytes whoever asks. */
function steady(name: string): RequestListener {
  return async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = `${request.method} ${request.url}`;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ name, asked, body: Buffer.concat(chunks).toString() }));
  };
}

const FEW = ['--blocks', '1', '--requests', '5'];
const line = (out: string, name: string) =>
  out.split('\n').find((row) => row.includes(`| ${name} `));

describe('bench cutover on the embedded frontend', () => {
  test('every property is proved, with the candidate sound, killed, hung, failing and saturated', async () => {
    const { code, out, err } = await prove(FEW);
    expect(err).toContain('candidate hung');
    for (const state of ['sound', 'killed', 'hung', 'failing', 'saturated']) {
      expect(line(out, `candidate ${state}: the incumbent's answers`)).toContain('| pass ');
      expect(line(out, `candidate ${state}: its own requests`)).toContain('none hangs or is lost');
    }
    for (const kind of ['index', 'key', 'row']) {
      for (const side of ['incumbent', 'candidate']) {
        expect(line(out, `${kind} written through the ${side}`)).toContain('| pass ');
      }
    }
    expect(out).toMatch(/PASS cutover: .* \(embedded frontend\)\n$/);
    const { kind, compared, differing, report } = await rescored(err);
    expect([kind, compared, differing]).toEqual([
      'cutover',
      ['findings.json', 'verdict.json', 'report.md'],
      [],
    ]);
    expect(renderMarkdown(report)).toBe(out);
    expect(code).toBe(EXIT.pass);
  });
});

describe('bench cutover on a running frontend', () => {
  async function running(isOpen: boolean, tamper?: (text: string) => string) {
    const rust = await backend(steady('lakehouse ok'));
    const go = await backend(steady('gateway ok'));
    const front = await frontend({
      incumbentUrl: rust.url,
      candidateUrl: isOpen ? go.url : null,
    });
    ends.push(rust.kill, go.kill, front.stop);
    let url = front.url;
    if (tamper !== undefined) {
      const between = await backend(async (request, response) => {
        const method = request.method ?? 'GET';
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const answer = await fetch(`${front.url}${request.url}`, {
          method,
          headers: request.headers as Record<string, string>,
          ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
        });
        const type = answer.headers.get('content-type');
        response.writeHead(answer.status, type === null ? {} : { 'content-type': type });
        response.end(tamper(await answer.text()));
      });
      ends.push(between.kill);
      url = between.url;
    }
    return ['--frontend', url, '--incumbent-url', rust.url, '--candidate-url', go.url, ...FEW];
  }

  test('shut: says what it could not prove, and is inconclusive', async () => {
    const { code, out } = await prove(await running(false));
    expect(code).toBe(EXIT.inconclusive);
    expect(line(out, 'cutover shut')).toContain('| pass ');
    expect(line(out, 'shut: rationale')).toContain('| pass ');
    expect(line(out, 'open: the candidate answers')).toContain('not verified');
    expect(out).toContain('set GO_LAKEHOUSE_URL and run again');
  });

  test('a changed part is set aside, and what is left is not taken for all of it', async () => {
    const { err } = await prove(await running(true));
    const folder = /run folder (.*)/.exec(err)?.[1] ?? '';
    const part = join(folder, 'observations', 'part-0002.json');
    await writeFile(part, (await readFile(part, 'utf8')).replace('200', '201'));
    const { reader, verdict, exitCode } = await rescored(err);
    expect(reader.issues[0]).toContain('part-0002.json: the sha256 is not the recorded one');
    expect(verdict).toMatchObject({ verdict: 'inconclusive' });
    expect(exitCode).toBe(EXIT.fail);
  });

  test('bench slice still works, and says what it is called now', async () => {
    const { code, err } = await prove(await running(true), 'slice');
    expect(code).toBe(EXIT.inconclusive);
    expect(err).toContain('bench slice is now bench cutover');
  });

  test('open: passed on unchanged; nothing is written without leave', async () => {
    const { code, out } = await prove(await running(true));
    expect(code).toBe(EXIT.inconclusive);
    expect(line(out, 'passed on')).toContain('| pass ');
    expect(line(out, 'cutover open')).toContain('| pass ');
    expect(line(out, "candidate sound: the incumbent's answers")).toContain('| pass ');
    expect(out).not.toContain('written through');
  });

  test('a frontend that changes answers on their way fails', async () => {
    const { code, out } = await prove(
      await running(true, (text) => text.replace('lakehouse ok', 'OK')),
    );
    expect(code).toBe(EXIT.fail);
    expect(line(out, 'cutover open')).toContain('| fail ');
    expect(out).toContain('FAIL cutover: the cutover is not additive');
  });

  test('a shut cutover that does not say what opens it is taken for an open one, and fails', async () => {
    const args = await running(false, (text) => text.replaceAll('GO_LAKEHOUSE_URL', 'it'));
    const { code, out } = await prove(args);
    expect(code).toBe(EXIT.fail);
    expect(line(out, 'passed on')).toContain('| fail ');
  });

  test('no frontend there: exit 4 with a hint', async () => {
    const { code, err } = await prove(['--frontend', 'http://127.0.0.1:1', ...FEW]);
    expect(code).toBe(EXIT.infrastructure);
    expect(err).toContain('the frontend at http://127.0.0.1:1 does not answer');
    expect(err).toContain('hint: bench serve --frontend starts one');
  });
});

test('requests while the candidate restarts: the incumbent loses none, the candidate answers or is told to be away', async () => {
  const incumbent = await backend(echo('incumbent'));
  const candidate = await backend(echo('candidate'));
  const front = await frontend({ incumbentUrl: incumbent.url, candidateUrl: candidate.url });
  ends.push(incumbent.kill, candidate.kill, front.stop);
  const result = await restartStorm({
    frontendUrl: front.url,
    requests: 1000,
    concurrency: 4,
    restarts: 10,
    restart: async () => {
      await candidate.kill();
      await candidate.restart();
    },
    restPerRequestMs: 0,
    upMs: 10,
  });
  expect(result.incumbent).toEqual({ 200: 500 });
  expect(result.lost).toEqual({ incumbent: 0, candidate: 0 });
  for (const what of Object.keys(result.candidate)) {
    expect(what).toMatch(/^200$|^502 candidate-(unreachable|failed)$/);
  }
});

describe("verdicts of the ledger's file", () => {
  const row = (endpoint: string, candidatePath: string, verdict: string) =>
    JSON.stringify({
      schema: 'retrieval-parity/ledger@1',
      endpoint,
      date: '2026-11-23',
      incumbentPath: '/x',
      candidatePath,
      verdict,
      notes: '',
      evidence: {
        gates: [],
        hashes: Object.fromEntries(
          [
            ...['corpus', 'queries', 'judgments', 'config', 'incumbentDialect'],
            ...['candidateDialect', 'incumbentBackend', 'candidateBackend'],
          ].map((key) => [key, 'h']),
        ),
      },
      runId: 'r',
      runLink: null,
      change: verdict === 'pass' ? 'cleared' : 'lost',
    });

  test('the last row of the endpoint whose path it is, places such as {key} filled in', async () => {
    const file = join(folder, 'ledger.jsonl');
    const rows = [
      row('embed', '/v1/embed', 'pass'),
      row('storage', 'GET /v1/storage/get/{key}', 'pass'),
      row('embed', '/v1/embed', 'fail'),
    ];
    await writeFile(file, `${rows.join('\n')}\n`);
    const verdictOf = ledgerVerdicts(file);
    expect(await verdictOf('/v1/embed')).toMatchObject({ verdict: 'fail', change: 'lost' });
    expect(await verdictOf('/v1/storage/get/a/b')).toMatchObject({ endpoint: 'storage' });
    expect(await verdictOf('/v1/embedding')).toBeNull();
    expect(await verdictOf('/v1/storage/get/')).toBeNull();
  });

  test('no file, no verdict', async () => {
    expect(await ledgerVerdicts(join(folder, 'none.jsonl'))('/v1/embed')).toBeNull();
  });
});

describe('response adapters come from a module', () => {
  test('functions by path; anything else is refused with what to write', async () => {
    const sound = join(folder, 'sound.mjs');
    await writeFile(sound, "export const adapters = { '/v1/embed': ({ a }) => ({ b: a }) };\n");
    expect((await loadAdapters(sound)).get('/v1/embed')?.({ a: 1 })).toEqual({ b: 1 });
    for (const text of ['', 'export const adapters = {', "export const adapters = { '/x': 1 };"]) {
      const file = join(folder, `bad-${text.length}.mjs`);
      await writeFile(file, text);
      await expect(loadAdapters(file)).rejects.toMatchObject({ code: 'frontend-adapters' });
    }
  });
});
