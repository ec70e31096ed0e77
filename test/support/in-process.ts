import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import hnswlib from 'hnswlib-node';
import { onTestFinished } from 'vitest';
import { type Random, randomStream } from '../../src/stats/random.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';
import type { Hit } from '../../src/wire/operations.ts';
import type { Outcome } from '../../src/wire/outcome.ts';

const DIMENSION = 24;

/** Documents and questions with a vector each, in clusters, and a corpus folder that holds their texts. */
export interface InProcessWorld {
  readonly folder: string;
  readonly ids: readonly string[];
  readonly vectorOf: (text: string) => Float32Array;
  readonly vectors: readonly Float32Array[];
}

/** Writes a corpus of texts such as `document 7` and `question 3`; every text has a seeded vector of unit length. */
export async function inProcessWorld(options: {
  readonly documents: number;
  readonly needs: number;
  readonly seed: number;
  /** Whether every document stands twice, under two ids. */
  readonly twins?: boolean;
}): Promise<InProcessWorld> {
  const { documents, needs, seed, twins = false } = options;
  const folder = await mkdtemp(join(tmpdir(), 'in-process-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const random = randomStream(seed, 'in-process world');
  const centres = Array.from({ length: 20 }, () => gaussian(random));
  const vectorByText = new Map<string, Float32Array>();
  const drawn = (text: string): void => {
    const centre = random.pick(centres);
    const noise = gaussian(random);
    vectorByText.set(text, unit(centre.map((value, at) => value + 0.8 * (noise[at] ?? 0))));
  };
  const ids = Array.from({ length: documents }, (_, at) => `d-${at}`);
  const textOf = (at: number) => `document ${twins ? Math.floor(at / 2) : at}`;
  for (const at of ids.keys()) if (!vectorByText.has(textOf(at))) drawn(textOf(at));
  const queries = Array.from({ length: needs }, (_, at) => ({
    id: `q-${at}`,
    text: `question ${at}`,
    slices: [],
    collections: ['stock'],
  }));
  for (const { text } of queries) drawn(text);
  const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      version: 1,
      name: 'in-process',
      collections: [{ name: 'stock', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
  );
  const rows = ids.map((id, at) => ({ id, text: textOf(at), metadata: {} }));
  await writeFile(join(folder, 'documents.jsonl'), lines(rows));
  await writeFile(join(folder, 'queries.jsonl'), lines(queries));
  await writeFile(join(folder, 'judgments.tsv'), '');
  const vectorOf = (text: string) => vectorByText.get(text) ?? new Float32Array(DIMENSION);
  return { folder, ids, vectorOf, vectors: rows.map(({ text }) => vectorOf(text)) };
}

/** Rows of an answer, best first: a row number and its cosine. */
type Rows = { readonly row: number; readonly score: number }[];
export type Search = (vector: Float32Array, k: number) => Rows;

/** Every row, in exact order; equal scores in the order of `tie`. */
export function exactSearch({ vectors }: InProcessWorld, tie: () => number = () => 0): Search {
  return (vector, k) =>
    vectors
      .map((other, row) => ({ row, score: dot(vector, other), tie: tie() }))
      .sort((a, b) => b.score - a.score || a.tie - b.tie || a.row - b.row)
      .slice(0, k);
}

/** An HNSW index over the rows. */
export function hnswSearch(
  { vectors }: InProcessWorld,
  { m, ef, seed }: { readonly m: number; readonly ef: number; readonly seed: number },
): Search {
  const index = new hnswlib.HierarchicalNSW('cosine', DIMENSION);
  index.initIndex(vectors.length, m, 40, seed);
  for (const [row, vector] of vectors.entries()) index.addPoint([...vector], row);
  index.setEf(ef);
  return (vector, k) => {
    const { neighbors, distances } = index.searchKnn([...vector], Math.min(k, vectors.length));
    return neighbors.map((row, at) => ({ row, score: 1 - (distances[at] ?? 0) }));
  };
}

/** A side within this process; `spoilt` may change an answer, or fail it with null. */
export function inProcessBackend(
  world: InProcessWorld,
  search: Search,
  spoilt: (hits: Hit[]) => Hit[] | null = (hits) => hits,
): Backend {
  const text = { text: true, vector: false, filter: false, severalCollections: false };
  return {
    label: 'in process',
    fingerprint: 'in-process@1',
    capabilities: capabilitiesOf({
      operations: { health: 'health', embed: 'embed', search: 'search' },
      queries: { search: text },
    }),
    health: async () => ok({ service: 'in process', version: '1' }),
    embed: async ({ texts }) =>
      ok({ vectors: texts.map(world.vectorOf), dimension: DIMENSION, model: 'seeded' }),
    search: async ({ text: asked = '', k }) => {
      const hits = search(world.vectorOf(asked), k).map(({ row, score }) => ({
        id: world.ids[row] ?? '',
        collection: 'stock',
        similarity: score,
        rawScore: score,
      }));
      const answer = spoilt(hits);
      return answer === null ? failed() : ok({ hits: answer });
    },
    close: async () => {},
  };
}

function timing() {
  const nowMs = performance.now();
  return { startedMs: nowMs, endedMs: nowMs };
}

function ok<Value>(value: Value): Outcome<Value> {
  return { kind: 'ok', value, status: 200, sizeBytes: 0, timing: timing() };
}

function failed<Value>(): Outcome<Value> {
  return { kind: 'http', detail: 'HTTP 500', status: 500, sizeBytes: 0, timing: timing() };
}

function gaussian(random: Random): Float32Array {
  return Float32Array.from({ length: DIMENSION }, () => random.normal());
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / norm);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
