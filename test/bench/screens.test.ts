import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endpointsReport } from '../../src/probes/report/endpoints.ts';
import { documentScreen } from '../../src/report/screen/document-screen.ts';
import { renderScreen, SCREEN_LINES } from '../../src/report/screen/render-screen.ts';
import { runMain } from '../golden/run-main.ts';
import { RUNS } from '../golden/stored-runs.ts';
import { stubGateway } from '../support/stub-gateway.ts';
import { STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'screens-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function expectScreen(shown: string): void {
  expect(shown).not.toMatch(/^\||^#/m);
  expect(shown.split('\n').length).toBeLessThanOrEqual(SCREEN_LINES + 1);
}

describe('one screen', () => {
  it('of rescore, and every table with --full or -o markdown', async () => {
    const shown = await runMain(['rescore', 'drop'], { cwd: RUNS });
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/^✕ FAIL: /);
    expectScreen(shown.out);
    const full = await runMain(['rescore', 'drop', '--full'], { cwd: RUNS });
    expect(full.out.split('\n').length).toBeGreaterThan(SCREEN_LINES);
    const markdown = await runMain(['rescore', 'drop', '-o', 'markdown'], { cwd: RUNS });
    expect(markdown.out).toMatch(/^\|/m);
  });

  it('of health: what is down comes first, with its address', async () => {
    const cwd = await temporary();
    const server = createServer((_, response) => response.end('{"status":"ok"}'));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stack = [
      { name: 'gateway', url },
      { name: 'index', url: 'http://127.0.0.1:9' },
    ];
    await writeFile(join(cwd, 'stack.json'), JSON.stringify(stack));
    const { code, out, err } = await runMain(['health', '--stack', 'stack.json'], { cwd });
    expect([code, err]).toEqual([4, '']);
    expect(out).toMatch(/^✕ FAIL: 1 of 2 services of .* are up\n/);
    expectScreen(out);
    expect(out.indexOf('index')).toBeLessThan(out.indexOf('gateway'));
    expect(out).toContain('http://127.0.0.1:9');
  });

  it('of health --canaries: warnings with what to do, and exit 0', async () => {
    const cwd = await temporary();
    const { url } = await stubGateway(STUB_DOCUMENTS);
    const { corpus } = await stubConfig(STUB_DOCUMENTS, { incumbent: url, candidate: url });
    const pair = ['--incumbent-url', url, '--candidate-url', url, '--corpus', corpus];
    const set = ['--set', 'candidate.dialect=rust-lakehouse', '--set', 'operations=["search"]'];
    const argv = ['health', '--canaries', ...pair, ...set];
    const well = await runMain(argv, { cwd });
    expect([well.code, well.err]).toEqual([0, '']);
    expect(well.out).toContain('nothing was found that a run would warn of');
    const short = await stubGateway(STUB_DOCUMENTS, { moreRows: -1 });
    const found = await runMain(
      argv.map((word) => (word === url ? short.url : word)),
      { cwd },
    );
    expect(found.code).toBe(0);
    expectScreen(found.out);
    expect(found.out).toContain('page-limit');
    const json = await runMain(
      [...argv.map((word) => (word === url ? short.url : word)), '--json'],
      {
        cwd,
      },
    );
    expect(JSON.parse(json.out).canaries).toContainEqual(
      expect.objectContaining({ kind: 'page-limit', side: 'candidate', asked: 11, got: 10 }),
    );
  });

  it('of health refuses flags of two backends for a stack, and of a stack for two backends', async () => {
    const cwd = await temporary();
    const pair = await runMain(['health', '--corpus', 'x'], { cwd });
    expect([pair.code, pair.err]).toEqual([2, expect.stringContaining('add --canaries')]);
    const stack = await runMain(['health', '--canaries', '--stack', 'x'], { cwd });
    expect([stack.code, stack.err]).toEqual([2, expect.stringContaining('leave out --stack')]);
  });

  it('of capture: what was kept and what was read', async () => {
    const cwd = await temporary();
    await writeFile(
      join(cwd, 'searches.txt'),
      'welders in Ohio\nforklift drivers\nwelders in Ohio\n',
    );
    const { code, out } = await runMain(['capture', 'searches.txt'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^\S INFORMATIONAL: 2 of 2 needs kept, from 3 requests\n/);
    expectScreen(out);
    expect(out).toContain('redacted: nothing');
    expect(out).toMatch(/^Next +bench replay runs\//m);
  });

  it('of every endpoint is as good as the worst of them', () => {
    const line = {
      incumbentPath: '/a',
      candidatePath: '/b',
      figures: 'recall .99',
      ledger: 'added',
    };
    const report = endpointsReport(
      [
        { ...line, endpoint: 'embed', verdict: 'pass' },
        { ...line, endpoint: 'search', verdict: 'fail' },
      ],
      { probe: 'health', stack: 'two', services: [], up: 2, of: 2 },
    );
    const screen = documentScreen(report, { run: null, program: 'bench', next: ['ledger list'] });
    if (screen === null) expect.fail('there is no screen');
    const shown = renderScreen(screen);
    expect(shown).toMatch(/^✕ FAIL: 1 of 2 endpoints pass, 1 fail, 0 could not be decided\n/);
    expect(shown.indexOf('search')).toBeLessThan(shown.indexOf('embed'));
    expect(shown).toMatch(/^Next +bench ledger list$/m);
    expect(shown).not.toContain('null');
  });
});

describe('help', () => {
  it.each([['serve'], ['corpus', 'build'], ['retrieve'], ['shadow']])(
    'of %s %s is no wider than 80 columns, but for examples',
    async (...path) => {
      const { out } = await runMain([...path.filter(Boolean), '--help'], {});
      const [said = ''] = out.split('\nExamples:');
      for (const line of said.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    },
  );
});

describe('a side that is named alone', () => {
  it('names the flag of the other', async () => {
    const { code, err } = await runMain(['retrieve', '--candidate', 'http://127.0.0.1:9'], {
      cwd: await temporary(),
    });
    expect(code).toBe(2);
    expect(err).toContain('hint: give --incumbent URL');
  });
});
