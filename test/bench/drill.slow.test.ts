import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../bench/cli.ts';
import { packageRoot } from '../../src/config/package-root.ts';
import type { StepOrder } from '../../src/demo/drill/measure/measure-step.ts';
import { measureInProcess } from '../../src/demo/drill/measure/measuring-process.ts';
import { PAIRS } from '../../src/demo/drill/measure/pairs.ts';
import { takeSteps } from '../../src/demo/drill/measure/take-steps.ts';
import { drillDocument } from '../../src/demo/drill/results/drill-report.ts';
import { readDrill } from '../../src/demo/drill/results/rows.ts';
import { FAULTS } from '../../src/demo/gateway/faults/registry.ts';
import { readAppendLog } from '../../src/record/append-log.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { bufferIo } from '../support/buffer-io.ts';
import { fakeGateway } from '../support/fake-gateway.ts';

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-test-'));
  file = join(folder, 'drill.jsonl');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function drill(...argv: string[]) {
  const io = bufferIo({ cwd: folder });
  const code = await main(['drill', '--record', file, ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

const SHORT = ['--faults', 'drop,duplicate', '--clean', '1', '--seed', '11'];

describe('bench drill', { timeout: 600_000 }, () => {
  it('notices two planted faults, names their components, and lets a clean pair be', async () => {
    const { code, out, err } = await drill(...SHORT);
    expect(`${err}${out}`).toContain('3 of 3 requirements hold over 3 runs');
    expect(code).toBe(0);
    const record = readDrill(await readAppendLog(file));
    const runs = new Map(record?.runs.map((run) => [run.key, run]));
    expect([...runs.keys()].sort()).toEqual(['clean 1', 'full drop', 'full duplicate']);
    const checks = (key: string) =>
      runs.get(key)?.steps.flatMap(({ failed }) => failed.map(({ check }) => check));
    expect(checks('full drop')).toContain('membership of the candidate');
    expect(checks('full duplicate')).toContain('contract: duplicate-id');
    expect(checks('clean 1')).toEqual([]);
    expect(runs.get('full drop')?.planted[0]?.seed).not.toBe(
      runs.get('full duplicate')?.planted[0]?.seed,
    );
  });

  it('writes the document that its record gives, and prints it again without measuring', async () => {
    const record = readDrill(await readAppendLog(file));
    if (record === null) throw new Error('no record');
    expect(await readFile(join(folder, 'drill.md'), 'utf8')).toBe(
      renderMarkdown(drillDocument(record)),
    );
    const { code, out } = await drill('--render', '-o', 'markdown');
    expect(code).toBe(0);
    expect(out).toMatch(/\| duplicate \|.*truncation/);
  });

  it('does not mix two drills in one record, and goes on with the one it holds', async () => {
    const again = await drill(...SHORT);
    expect(again.code).toBe(2);
    expect(again.err).toContain('holds a drill already');
    const before = await readFile(file, 'utf8');
    const resumed = await drill('--faults', 'drop', '--resume');
    expect(resumed.code).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('names the nearest fault where one is not known', async () => {
    const { code, err } = await drill('--resume', '--faults', 'dropp');
    expect(code).toBe(2);
    expect(err).toContain('did you mean drop?');
  });
});

describe('the measuring process', () => {
  it('knows its order, and nothing of the environment of its parent', async () => {
    vi.stubEnv('MODEL', 'a-model-of-the-parent');
    const asked: string[] = [];
    const incumbent = await fakeGateway('rust', {
      '/ai/embed': (_, response, body) => {
        asked.push(body);
        response.writeHead(500).end();
      },
    });
    const outcome = await measureInProcess(
      orderOf(incumbent.url, 'http://127.0.0.1:9'),
      new AbortController().signal,
    );
    vi.unstubAllEnvs();
    await incumbent.close();
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toContain('a-model-of-the-parent');
    // The incumbent is at fault: nothing was found out about the candidate.
    expect(outcome).toMatchObject({ exitCode: 4, verdict: null, failed: [] });
  });

  it('is asked once more where nothing could be found out, and ends the drill then', async () => {
    const order = orderOf('http://127.0.0.1:9', 'http://127.0.0.1:9');
    const { signal } = new AbortController();
    const bench = { ...order, corpusFolder: join(folder, 'none'), workFolder: folder, signal };
    await expect(takeSteps(bench, ['retrieve'], [], false)).rejects.toMatchObject({
      code: 'drill-step',
      exitCode: 4,
      message: expect.stringMatching(/^a step \(retrieve\) came to nothing: .*none/),
    });
  });

  it('gives a candidate that refuses as a check that failed', async () => {
    const incumbent = await fakeGateway('rust');
    const outcome = await measureInProcess(
      orderOf(incumbent.url, 'http://127.0.0.1:9'),
      new AbortController().signal,
    );
    await incumbent.close();
    expect(outcome.exitCode).toBe(4);
    expect(outcome.failed).toMatchObject([{ check: 'preflight', observes: ['wire', 'contract'] }]);
  });
});

function orderOf(incumbentUrl: string, candidateUrl: string): StepOrder {
  return {
    step: 'retrieve',
    incumbentUrl,
    candidateUrl,
    corpusFolder: join(packageRoot(), 'corpora', 'workers-200'),
    folder,
    querySeed: 1,
    catalogue: null,
  };
}

describe('the pairs of the drill', () => {
  it('are ten, of known faults whose components differ', () => {
    expect(PAIRS).toHaveLength(10);
    for (const { faults } of PAIRS) {
      const components = faults.map(({ kind }) => FAULTS.get(kind)?.component ?? null);
      expect(components).not.toContain(null);
      expect(components[0]).not.toBe(components[1]);
    }
  });
});
