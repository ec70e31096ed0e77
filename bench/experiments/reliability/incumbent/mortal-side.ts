import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '../../../../src/stats/random.ts';
import type { Backend } from '../../../../src/wire/backend.ts';
import { capabilitiesOf } from '../../../../src/wire/capabilities.ts';
import type { Hit } from '../../../../src/wire/operations.ts';
import type { Failed, Outcome } from '../../../../src/wire/outcome.ts';
import { jsonLines } from '../inputs.ts';

const DOCUMENTS = 60;
const NEEDS = 60;
const WIDTH = 16;

/** Documents and questions with a seeded vector each. */
export interface SmallWorld {
  readonly corpus: string;
  readonly ids: readonly string[];
  readonly vectorOf: (text: string) => Float32Array;
}

/** Writes a corpus of texts such as `document 7` and `question 3`. */
export async function smallWorld(folder: string): Promise<SmallWorld> {
  const corpus = join(folder, 'corpus');
  await mkdir(corpus);
  const ids = Array.from({ length: DOCUMENTS }, (_, at) => `d-${at}`);
  const documents = ids.map((id, at) => ({ id, text: `document ${at}`, metadata: {} }));
  const queries = Array.from({ length: NEEDS }, (_, at) => {
    return { id: `q-${at}`, text: `question ${at}`, slices: [], collections: ['stock'] };
  });
  const files = {
    'manifest.json': JSON.stringify({
      version: 1,
      name: 'small',
      collections: [{ name: 'stock', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
    'documents.jsonl': jsonLines(documents),
    'queries.jsonl': jsonLines(queries),
    'judgments.tsv': 'q-0\tstock/d-0\t1\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(corpus, name), text);
  return { corpus, ids, vectorOf };
}

function vectorOf(text: string): Float32Array {
  const random = randomStream(1, text);
  const vector = Float32Array.from({ length: WIDTH }, () => random.normal());
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** How a side that is dead answers. */
export type Death = Pick<Failed, 'kind' | 'status' | 'detail'>;

/** What befalls a side. */
export interface Fate {
  /** Whether the n-th search for a question, from 1, is answered no more, and how; null: it is answered. */
  readonly deathOf: (search: number) => Death | null;
  /** What becomes of the hits for a question. */
  readonly spoil?: (hits: Hit[], text: string) => Hit[];
}

/** A side within this process that ranks exactly until it dies; documents that are asked by their own text are found. */
export function mortalSide(
  { ids, vectorOf }: SmallWorld,
  { deathOf, spoil = (hits) => hits }: Fate,
): Backend & { readonly questions: () => number } {
  const rows = ids.map((id, at) => ({ id, vector: vectorOf(`document ${at}`) }));
  let searches = 0;
  return {
    label: 'in process',
    fingerprint: 'in-process@1',
    capabilities: capabilitiesOf({
      operations: { health: 'health', embed: 'embed', search: 'search' },
      queries: { search: { text: true, vector: false, filter: false, severalCollections: false } },
    }),
    questions: () => searches,
    health: async () => ok({ service: 'in process', version: '1' }),
    embed: async ({ texts }) =>
      ok({ vectors: texts.map(vectorOf), dimension: WIDTH, model: 'seeded' }),
    search: async ({ text = '', k }) => {
      const isQuestion = text.startsWith('question');
      const death = isQuestion ? deathOf(++searches) : null;
      if (death !== null) return { ...death, sizeBytes: 0, timing: now() };
      const asked = vectorOf(text);
      const hits = rows
        .map(({ id, vector }) => ({ id, score: dot(asked, vector) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, k)
        .map(({ id, score }) => ({ id, collection: 'stock', similarity: score, rawScore: score }));
      return ok({ hits: isQuestion ? spoil(hits, text) : hits });
    },
    close: async () => {},
  };
}

function ok<Value>(value: Value): Outcome<Value> {
  return { kind: 'ok', value, status: 200, sizeBytes: 0, timing: now() };
}

function now(): Failed['timing'] {
  const nowMs = performance.now();
  return { startedMs: nowMs, endedMs: nowMs };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
