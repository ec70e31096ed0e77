import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../bench/cli.ts';
import { bufferIo } from '../support/buffer-io.ts';

const RUNS = join(import.meta.dirname, '../golden/runs');

async function report(argv: readonly string[], env: Record<string, string> = {}) {
  const io = { ...bufferIo(), cwd: RUNS, env };
  return { code: await main(['report', ...argv], io), out: io.out(), err: io.err() };
}

describe('bench report', () => {
  it.each([
    ['html', /^<!doctype html>/],
    ['markdown', /^# Retrieval parity/],
    ['terminal', /^✕ FAIL: the candidate fails/],
    ['junit', /^<\?xml /],
    ['ctrf', /"reportFormat": "CTRF"/],
    ['prometheus', /^# HELP retrieval_parity_verdict/],
    ['csv', /^run,created_at/],
    ['github', /::error title=membership/],
  ])('prints a run as %s', async (form, start) => {
    const { code, out } = await report(['drop', '-o', form]);
    expect(code).toBe(0);
    expect(out).toMatch(start);
  });

  it('shows several runs in the formats for machines', async () => {
    const { out } = await report(['drop', 'pass', '-o', 'junit']);
    expect(out.match(/<testsuite /g)).toHaveLength(2);
  });

  it('shows one run as a page, and says so', async () => {
    const { code, err } = await report(['drop', 'pass', '-o', 'html']);
    expect(code).toBe(2);
    expect(err).toContain('a page shows one run, not 2');
  });

  it('speaks to GitHub by itself within a workflow', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'summary-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'summary.md');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file };
    const { out } = await report(['drop'], env);
    expect(out).toMatch(/^::error /);
    expect(await readFile(file, 'utf8')).toMatch(/^# Retrieval parity/);
  });

  it('serves the page on the loopback address alone, and to nobody who calls it by another name', async () => {
    const end = new AbortController();
    const io = { ...bufferIo(), cwd: RUNS, signal: end.signal };
    const served = main(['report', 'pass', '--serve'], io);
    await expect.poll(() => io.err(), { timeout: 15_000 }).toContain('http://127.0.0.1:');
    const url = /http:\S+\//.exec(io.err())?.[0] ?? '';
    expect(await answer(url)).toEqual({
      status: 200,
      body: expect.stringMatching(/^<!doctype html>/),
    });
    expect((await answer(url, { host: 'evil.example' })).status).toBe(421);
    expect((await answer(`${url}etc/passwd`)).status).toBe(404);
    end.abort();
    expect(await served).toBe(0);
  });

  it('names what is wrong with a port', async () => {
    const { code, err } = await report(['pass', '--serve', '--port', 'x']);
    expect(code).toBe(2);
    expect(err).toContain('--port x: expected a port');
  });
});

function answer(url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string }>((done, fail) => {
    get(url, { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () => done({ status: response.statusCode ?? 0, body }));
    }).on('error', fail);
  });
}
