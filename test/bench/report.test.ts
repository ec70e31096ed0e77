import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../bench/cli.ts';
import { reportTargetOf } from '../../bench/stored/report-target.ts';
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

  it('takes no run twice, nor a copy of it', async () => {
    expect(await report(['drop', 'pass', './drop', '-o', 'prometheus'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('is named twice'),
    });
  });

  it('shows how each gated figure went over several runs, with the commits of the log', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trends-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const log = join(folder, 'baselines.jsonl');
    const manifest = await readFile(join(RUNS, 'drop/manifest.json'), 'utf8');
    const { id: run } = JSON.parse(manifest) as { id: string };
    const entry = { tool: 'retrieve', git_commit: 'abcdef0123456789', run, metrics: { a: 1 } };
    await writeFile(log, `${JSON.stringify(entry)}\n`);
    const { code, out } = await report(['drop', 'pass', '-o', 'html', '--log', log]);
    expect(code).toBe(0);
    expect(out).toContain('<h1>Trends</h1>');
    expect(out).toContain('abcdef0');
    // The later run comes later, whatever the order that they are named in.
    expect(out).toBe((await report(['pass', 'drop', '-o', 'html', '--log', log])).out);
    expect(out).toMatch(/recall@5 of search[\s\S]*class="curve candidate whole"/);
    const shown = await report(['drop', 'pass']);
    expect(shown.out).toMatch(/^Trends\n=+\n/);
    const full = await report(['drop', 'pass', '--full']);
    expect(full.out).toContain('Retrieval parity');
  });

  it.each([
    ['gates.csv', 'csv'],
    ['page.html', 'html'],
    ['report.md', 'markdown'],
    ['junit.xml', 'junit'],
    ['parity.prom', 'prometheus'],
    ['REPORT.JSON', 'ctrf'],
    ['screen.txt', 'terminal'],
  ])('writes %s by its ending', (file, format) => {
    expect(reportTargetOf(file)).toEqual({ format, file });
  });

  it('writes a file, and says where', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'report.md');
    const { code, out, err } = await report(['drop', '-o', file]);
    expect([code, out, err]).toEqual([0, '', expect.stringContaining(`written to ${file}`)]);
    expect(await readFile(file, 'utf8')).toMatch(/^# Retrieval parity/);
  });

  it('writes gates as Parquet, the same as the CSV, and not to a terminal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await report(['drop', 'pass', '-o', join(folder, 'gates.parquet')]);
    const bytes = await readFile(join(folder, 'gates.parquet'));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const rows = await parquetReadObjects({ file });
    const { out } = await report(['drop', 'pass', '-o', 'csv']);
    expect(rows).toHaveLength(out.trim().split('\r\n').length - 1);
    expect(Object.keys(rows[0] ?? {}).join(',')).toBe(out.split('\r\n')[0]);
    const gate = rows.find((row) => row.gate === 'recall@5' && row.verdict === 'fail');
    expect(gate).toMatchObject({ cell: 'search', state: 'inconclusive', gated: true, n: 11 });
    expect(gate?.difference).toBeCloseTo(-0.1636, 4);
    const { code, err } = await report(['drop', '-o', 'parquet']);
    expect([code, err]).toEqual([2, expect.stringContaining('hint: name a file')]);
  });

  it('names the formats where it is asked for another', async () => {
    const { code, err } = await report(['drop', '-o', 'gates.xlsx']);
    expect([code, err]).toEqual([2, expect.stringContaining('parquet')]);
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
    expect(err).toContain('expected a port from 0 to 65535');
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
