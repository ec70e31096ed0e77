import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driftCommand } from '../../bench/backends/drift.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { createFrontend } from '../../src/cutover/frontend/frontend.ts';
import { listen } from '../../src/cutover/frontend/listen.ts';
import { loadAdapters } from '../../src/cutover/frontend/load-adapters.ts';
import { type GatewayPair, startPair } from '../../src/demo/gateway/pair.ts';
import { drift as driftOf } from '../../src/drift/job/drift.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { rescore } from '../../src/rescore.ts';
import { runCommand } from '../support/run-command.ts';

const CORPORA = join(import.meta.dirname, '../../corpora');

describe('bench drift on the embedded pair', () => {
  let pair: GatewayPair;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drift-'));
    pair = await startPair({
      corpusFolder: join(CORPORA, 'workers-200'),
      encoderFolder: join(CORPORA, 'encoder'),
    });
  });
  afterAll(async () => {
    await pair.stop();
    await rm(folder, { recursive: true });
  });

  async function drift(...extra: string[]) {
    const env = { RUST_LAKEHOUSE_URL: pair.incumbentUrl, GO_LAKEHOUSE_URL: pair.candidateUrl };
    const { code, stdout, stderr } = await runCommand(
      driftCommand,
      ['drift', '--count', '15', ...extra],
      { env, cwd: folder },
    );
    return { code, out: stdout, err: stderr };
  }

  /** The run that a screen names. */
  const runOf = (screen: string) =>
    join(folder, /^Report +(.*)\/report\.html$/m.exec(screen)?.[1] ?? '');

  it('finds every difference of embed without a hint: names, and raw for unit vectors', async () => {
    const { code, out } = await drift('--json', '--emit-dialect', 'dialect.ts');
    expect(code).toBe(0);
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ endpoint, scenario }) => endpoint === 'embed' && scenario === 'success');
    expect(rows).toEqual([
      expect.objectContaining({
        incumbentPath: '(path)',
        operation: 'differs: POST /ai/embed → POST /v1/embed',
        heldOutAgreement: 1,
      }),
      expect.objectContaining({
        incumbentPath: 'embeddings',
        detail: expect.stringMatching(/^norm ratio 2\d\.\d–2\d\.\d, cosine ≥ (1\.0{6}|0\.9{5}\d)$/),
        candidatePath: 'vectors',
        operation: 'L2-normalise',
        severity: 'meaning',
        heldOutAgreement: 1,
        lossy: true,
      }),
      expect.objectContaining({
        incumbentPath: 'dimensions',
        candidatePath: 'dimension',
        operation: 'rename',
        severity: 'shape',
        heldOutAgreement: 1,
      }),
      // What the declared dialects leave: they read lengths as they come.
      expect.objectContaining({
        incumbentPath: '(read) vectors',
        candidatePath: '(read) vectors',
        operation: 'L2-normalise',
      }),
    ]);
  });

  it('compares the bodies of refusals', async () => {
    const rows = await catalogue();
    expect(rows).toContainEqual(
      expect.objectContaining({ endpoint: 'search', scenario: '4xx', incumbentPath: 'error' }),
    );
  });

  async function catalogue(): Promise<Record<string, unknown>[]> {
    const text = await readFile(join(folder, 'parity', 'wire-drift.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('the dialect it wrote loads in a configuration and leaves no drift of vectors to its reader', async () => {
    const index = join(import.meta.dirname, '../../src/index.ts');
    const text = await readFile(join(folder, 'dialect.ts'), 'utf8');
    await writeFile(
      join(folder, 'discovered.ts'),
      text.replace("'retrieval-parity'", JSON.stringify(index)),
    );
    await writeFile(
      join(folder, 'adapted.config.ts'),
      [
        "import { dialect } from './discovered.ts';",
        `export default { candidate: { url: '${pair.candidateUrl}', dialect }, incumbent: { url: '${pair.incumbentUrl}' } };`,
      ].join('\n'),
    );
    const flags = ['--config', 'adapted.config.ts', '--results', 'adapted', '--json'];
    const { code, out, err } = await drift(...flags);
    expect({ code, err }).toMatchObject({ code: 0 });
    const read = out
      .split('\n')
      .filter((line) => line.includes('"(read)') && line.includes('"success"'))
      .map((line) => JSON.parse(line) as { endpoint: string; operation: string });
    expect(read.filter(({ endpoint }) => endpoint === 'embed')).toEqual([]);
    expect(read.filter(({ operation }) => operation.startsWith('affine'))).toEqual([]);
  });

  it('takes drift that the configuration declares for expected, with its reason', async () => {
    const rows = await catalogue();
    const expected = rows.map(
      ({ endpoint, scenario, incumbentPath, candidatePath, operation }) => ({
        endpoint,
        scenario,
        incumbentPath,
        candidatePath,
        operation,
        reason: 'the two gateways were built so',
      }),
    );
    await writeFile(join(folder, 'declared.config.json'), JSON.stringify({ drift: { expected } }));
    const flags = ['--config', 'declared.config.json', '--results', 'declared', '-o', 'markdown'];
    const { code, out, err } = await drift(...flags);
    expect({ code, err: err.match(/(new|vanished) drift.*/g) }).toEqual({ code: 0, err: null });
    expect(out).toContain('the two gateways were built so');
    const more = { ...expected[0], operation: 'rename', reason: 'it used to be' };
    await writeFile(
      join(folder, 'declared.config.json'),
      JSON.stringify({ drift: { expected: [...expected.slice(1), more] } }),
    );
    const changed = await drift(...flags);
    expect(changed.code).toBe(1);
    expect(changed.err).toContain('new drift: embed (success): (path) → (path)');
    expect(changed.err).toContain('vanished drift: embed (success): (path) → (path): rename');
  });

  it('writes a dialect and a table beside the catalogue', async () => {
    expect(await readFile(join(folder, 'dialect.ts'), 'utf8')).toContain('adaptedDialect({');
    const table = await readFile(join(folder, 'parity', 'wire-drift.md'), 'utf8');
    expect(table).toContain('affine: −1 · x + 1');
  });

  it('the adapters it wrote let the frontend answer in the incumbent’s shape, on pairs it has not seen', async () => {
    const emitted = join(folder, 'adapters.ts');
    const text = await readFile(join(folder, 'dialect.ts'), 'utf8');
    const index = join(import.meta.dirname, '../../src/index.ts');
    await writeFile(emitted, text.replace("'retrieval-parity'", JSON.stringify(index)));
    const frontend = await listen(
      createFrontend({
        incumbentUrl: pair.incumbentUrl,
        candidateUrl: pair.candidateUrl,
        adapters: await loadAdapters(emitted),
      }),
      0,
    );
    const post = async (path: string, body: unknown) => {
      const response = await fetch(`${frontend.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as { embeddings: number[][]; dimensions: number };
    };
    try {
      for (const text of ['night welder in Omaha, NE', 'a nurse who speaks Polish', 'ééé']) {
        const incumbent = await post('/api/ai/embed', { texts: [text] });
        const candidate = await post('/_go/v1/embed', { texts: [text] });
        expect(Object.keys(candidate).toSorted()).toEqual(Object.keys(incumbent).toSorted());
        expect(candidate.dimensions).toBe(incumbent.dimensions);
        for (const [at, value] of (incumbent.embeddings[0] ?? []).entries()) {
          expect(candidate.embeddings[0]?.[at]).toBeCloseTo(value, 5);
        }
      }
    } finally {
      await frontend.stop();
    }
  });

  it('finds the same drift again, exit 0, and rescores it to the byte', async () => {
    const { code, out, err } = await drift();
    // Said once.
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('the drift is that of the catalogue');
    const { kind, compared, differing, report } = await rescore(runOf(out));
    expect([kind, compared.length, differing]).toEqual(['drift', 3, []]);
    expect(renderMarkdown(report)).toContain('L2-normalise');
  });

  it('a changed block is set aside, and what is left decides nothing', async () => {
    const { out } = await drift();
    const run = runOf(out);
    const block = join(run, 'observations', 'replies-0002.json');
    await writeFile(block, (await readFile(block, 'utf8')).replace('POST', 'POTS'));
    const { reader, verdict, exitCode } = await rescore(run);
    expect(reader.issues[0]).toContain('replies-0002.json: the sha256 is not the recorded one');
    expect(verdict).toMatchObject({ verdict: 'inconclusive', fresh: [], vanished: [] });
    expect(exitCode).toBe(1);
  });

  it('interrupted, it exits 130 and leaves what it had, which rescores', async () => {
    const interrupt = new AbortController();
    const options = {
      count: 15,
      signal: interrupt.signal,
      progress: {
        ...NO_PROGRESS,
        tick: () => {
          if (++asked === 60) interrupt.abort(new Error('interrupted'));
        },
      },
    };
    let asked = 0;
    const env = { RUST_LAKEHOUSE_URL: pair.incumbentUrl, GO_LAKEHOUSE_URL: pair.candidateUrl };
    const { config } = await resolveConfig({ cwd: folder, env });
    const result = await driftOf(config, options);
    expect(result).toMatchObject({ status: 'interrupted', exitCode: 130 });
    const { reader, compared, verdict } = await rescore(result.runFolder ?? '');
    expect(reader.manifest?.status).toBe('interrupted');
    expect(compared).toEqual([]);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', exitCode: 3 });
  });

  it('fails, exit 1, on drift that is new and on drift that has vanished', async () => {
    const file = join(folder, 'parity', 'wire-drift.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"candidatePath":"vectors"', '"candidatePath":"gone"'));
    const { code, err } = await drift();
    expect(code).toBe(1);
    expect(err).toContain('new drift: embed (success): embeddings → vectors: L2-normalise');
    expect(err).toContain('vanished drift: embed (success): embeddings → gone: L2-normalise');
  });
});
