import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configFrom } from '../../src/config/resolve.ts';
import type { UserConfig } from '../../src/config/schema.ts';
import { drift } from '../../src/drift/job/drift.ts';
import { load } from '../../src/load/job/load.ts';
import { LOAD_DEFAULTS } from '../../src/load/plan.ts';
import { probe } from '../../src/probes/job/probe.ts';
import { rescore } from '../../src/rescore.ts';
import { randomStream } from '../../src/stats/random.ts';
import { importCorpus } from '../../src/truth/corpus/import-corpus.ts';
import { stubGateway } from '../support/stub-gateway.ts';
import { notes, STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

const WIDTH = 8;

function matrix(rows: number, seed: string): number[][] {
  const random = randomStream(5, seed);
  return Array.from({ length: rows }, () =>
    Array.from({ length: WIDTH }, () => random.below(2001) / 1000 - 1),
  );
}

const DOCUMENTS = matrix(60, 'documents');
const QUERIES = matrix(30, 'queries');

/** Counts and width as 32-bit integers, then float32 rows. */
function fbin(rows: readonly number[][]): Uint8Array {
  const head = Uint32Array.of(rows.length, WIDTH);
  return Buffer.concat([
    new Uint8Array(head.buffer),
    new Uint8Array(Float32Array.from(rows.flat()).buffer),
  ]);
}

/** A gateway in the wire form of `go-lakehouse` that takes vectors, and keeps the texts that it is sent. */
async function vectorGateway() {
  const texts: unknown[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const send = (status: number, value: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(value));
      };
      if (request.url === '/health') {
        return send(200, { service: 'vectors', version: '1', status: 'ok' });
      }
      const body = bodyOf(Buffer.concat(parts).toString());
      const text = body.query_text ?? body.text ?? body.texts;
      // Damaged requests of drift hold objects.
      if (typeof text === 'string' || Array.isArray(text)) texts.push(text);
      const vector = body.query_vector ?? body.vector;
      if (!Array.isArray(vector) || vector.length !== WIDTH) return send(400, { error: 'vector' });
      const [name] = [body.corpora ?? body.index].flat();
      if (name !== 'documents') return send(404, { error: 'index' });
      if (!(Number(body.k) > 0)) return send(400, { error: 'k' });
      return send(200, { results: nearest(vector as number[], Number(body.k)) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, texts };
}

function bodyOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const length = (vector: readonly number[]) => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));

function nearest(query: readonly number[], k: number) {
  return DOCUMENTS.map((row, at) => ({
    id: String(at),
    corpus: 'documents',
    distance:
      1 -
      row.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0) / (length(row) * length(query) || 1),
    metadata: {},
  }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, k);
}

/** A corpus of vectors alone between two gateways. */
async function vectorsOnly(changes: UserConfig) {
  const folder = await mkdtemp(join(tmpdir(), 'vectors-only-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'base.fbin'), fbin(DOCUMENTS));
  await writeFile(join(folder, 'query.fbin'), fbin(QUERIES));
  const corpus = join(folder, 'corpus');
  await importCorpus({
    from: [`documents=${join(folder, 'base.fbin')}`, `queries=${join(folder, 'query.fbin')}`],
    format: null,
    folder: corpus,
    name: 'vectors',
    collection: 'documents',
    columns: { documents: {}, queries: {}, judgments: {}, truth: {} },
    split: 'test',
    allQueries: true,
    metric: null,
    excludeSelf: false,
  });
  const [incumbent, candidate] = [await vectorGateway(), await vectorGateway()];
  const side = ({ url }: { readonly url: string }) => ({ url, dialect: 'go-lakehouse' as const });
  const { config } = await configFrom({
    corpus,
    runs: join(folder, 'runs'),
    incumbent: side(incumbent),
    candidate: side(candidate),
    ...changes,
  });
  return { config, texts: () => [...incumbent.texts, ...candidate.texts] };
}

const PLAN = {
  ...LOAD_DEFAULTS,
  rates: [300],
  pairCount: 2,
  requestsPerBlock: 30,
  discardPerBlock: 4,
  warmUpMs: 50,
  pace: 'eco',
} as const;

describe('a corpus of vectors without texts', { timeout: 60_000 }, () => {
  it('is put under load by its vectors, and derived again', async () => {
    const { config, texts } = await vectorsOnly({ embed: 'corpus' });
    const result = await load(config, { plan: PLAN, progress: notes() });
    expect(result.findings?.rungs[0]?.sides.map(({ recall }) => recall)).toEqual([1, 1]);
    expect(texts()).toEqual([]);
    expect(await rescore(result.runFolder ?? '')).toMatchObject({ differing: [] });
  });

  it('drifts and is probed by its vectors', async () => {
    const { config, texts } = await vectorsOnly({ embed: 'corpus' });
    const drifted = await drift(config, { count: 10 });
    expect(drifted.findings?.rows).toEqual([]);
    expect(drifted.findings?.discoveries.map(({ endpoint }) => endpoint)).toContain('retrieve');
    const { results } = await probe(config, { probes: [{ probe: 'search' }] });
    expect(results.length).toBeGreaterThan(0);
    expect(results.map(({ verdict }) => verdict.state)).not.toContain('fail');
    expect(texts()).toEqual([]);
  });

  it('is refused with the way out where no vectors are named', async () => {
    const { config } = await vectorsOnly({});
    const refused = { code: 'corpus-no-texts', hint: expect.stringContaining('--embed corpus') };
    await expect(load(config, { plan: PLAN })).rejects.toMatchObject(refused);
    await expect(drift(config)).rejects.toMatchObject(refused);
    await expect(probe(config, { probes: [{ probe: 'search' }] })).rejects.toMatchObject(refused);
    const { config: named } = await vectorsOnly({ embed: 'corpus' });
    await expect(
      probe(named, { probes: [{ probe: 'embed', texts: 'corpus' }] }),
    ).rejects.toMatchObject(refused);
  });

  it('is refused for a side that takes no vector', async () => {
    const { config } = await vectorsOnly({ embed: 'corpus' });
    const text = await stubGateway(STUB_DOCUMENTS);
    const plain = await stubConfig(STUB_DOCUMENTS, { incumbent: text.url, candidate: text.url });
    const sides = { ...config, incumbent: plain.incumbent, candidate: plain.candidate };
    await expect(load(sides, { plan: PLAN })).rejects.toMatchObject({
      message: expect.stringContaining('cannot be asked by vector'),
    });
  });
});
