import { keyOf, storedKey } from '../../src/corpus/document-key.ts';
import type { Corpus, Document, Query } from '../../src/corpus/types.ts';
import type { Arm, Observation, VectorTable } from '../../src/record/types.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { randomStream } from '../../src/stats/random.ts';

const DIMENSION = 16;
const PATHS = {
  search: ['/old/search', '/new/search'],
  retrieve: ['/old/hybrid', '/new/retrieve'],
} as const;

/** What one arm answers instead of the exact list; null: the request fails. */
export type Tamper = (
  hits: SyntheticHit[],
  place: { readonly arm: Arm; readonly queryIndex: number },
) => SyntheticHit[] | null;

/** A row of an answer; its collection is the world's only one where nothing is said. */
interface SyntheticHit {
  readonly id: string;
  readonly similarity: number;
  readonly collection?: string;
}

/** A recorded run over a small seeded world, answered exactly unless tampered with. */
export function syntheticRun(
  options: {
    readonly documents?: number;
    readonly queries?: number;
    readonly k?: number;
    readonly latencyPairs?: number;
    readonly tamper?: Tamper;
    /** Factor of the candidate's latency. */
    readonly slower?: number;
  } = {},
): RecordedRun {
  const { documents = 40, queries = 60, k = 10, latencyPairs = 12, slower = 1 } = options;
  const random = randomStream(7, 'synthetic');
  const real = (): number => random.below(2_000_001) / 1_000_000 - 1;
  const vectors = (ids: readonly string[]): VectorTable => ({
    ids,
    dimension: DIMENSION,
    values: Float32Array.from({ length: ids.length * DIMENSION }, real),
  });
  const docs: Document[] = Array.from({ length: documents }, (_, at) => ({
    id: `d-${at}`,
    text: `text ${at}`,
    metadata: { half: at % 2 === 0 ? 'even' : 'odd' },
  }));
  const asked: Query[] = Array.from({ length: queries }, (_, at) => ({
    id: `q-${String(at).padStart(4, '0')}`,
    need: `n-${String(Math.floor(at / 2)).padStart(4, '0')}`,
    text: `question ${at}`,
    slices: at % 3 === 0 ? ['plain', 'third'] : ['plain'],
    collections: ['things'],
    ...(at % 5 === 4 ? { filter: { half: 'even' } } : {}),
  }));
  const corpus: Corpus = {
    name: 'synthetic',
    folder: '/nowhere',
    collections: [{ name: 'things', documents: docs }],
    queries: asked,
    judgments: new Map(
      asked.map((query, at) => [query.id, new Map([[keyOf('things', `d-${at % documents}`), 3]])]),
    ),
    hashes: { documents: { things: 'd' }, queries: 'q', judgments: 'j' },
  };
  const documentTable = vectors(docs.map((document) => `things/${document.id}`));
  const queryTable = vectors(asked.map((query) => query.id));
  const nearest = (
    table: VectorTable,
    row: number,
    allowed: (document: Document) => boolean,
  ): { id: string; similarity: number }[] =>
    docs
      .map((document, at) => ({ document, similarity: cosine(table, row, documentTable, at) }))
      .filter((entry) => allowed(entry.document))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, k)
      .map(({ document, similarity }) => ({ id: document.id, similarity }));

  const rows: Observation[] = [];
  const push = (
    base: Pick<Observation, 'phase' | 'cell' | 'arm' | 'queryId'> & Partial<Observation>,
    hits: SyntheticHit[] | null,
  ): void => {
    rows.push({
      block: 0,
      pair: 0,
      sequence: rows.length,
      k,
      outcome: hits === null ? 'http' : 'ok',
      status: hits === null ? 500 : 200,
      detail: hits === null ? 'HTTP 500' : '',
      startedMs: rows.length,
      latencyMs: 1,
      sizeBytes: 100,
      firstTouch: true,
      ids: (hits ?? []).map((hit) => hit.id),
      collections: (hits ?? []).map((hit) => hit.collection ?? 'things'),
      similarities: (hits ?? []).map((hit) => hit.similarity),
      rawScores: (hits ?? []).map((hit) => hit.similarity),
      ...base,
    });
  };
  const tamper: Tamper = options.tamper ?? ((hits) => hits);
  for (const arm of ['A', 'B'] as const) {
    for (const [at, key] of documentTable.ids.entries()) {
      const hits = nearest(documentTable, at, () => true);
      push(
        { phase: 'census', cell: 'search', arm, queryId: key },
        tamper(hits, { arm, queryIndex: -1 }),
      );
    }
  }
  for (const cell of ['search', 'retrieve'] as const) {
    for (const arm of ['A', 'A2', 'B', 'B2'] as const) {
      for (const [at, query] of asked.entries()) {
        if (cell === 'search' && query.filter !== undefined) continue;
        const hits = nearest(
          queryTable,
          at,
          (document) => query.filter === undefined || document.metadata.half === 'even',
        );
        push(
          { phase: 'quality', cell, arm, queryId: query.id },
          tamper(hits, { arm, queryIndex: at }),
        );
      }
    }
  }
  for (let pair = 0; pair < latencyPairs; pair++) {
    for (const arm of pair % 2 === 0 ? (['A', 'B'] as const) : (['B', 'A'] as const)) {
      for (let sequence = 0; sequence < 200; sequence++) {
        const base = 1 + random.below(1000) / 1000;
        push(
          {
            phase: 'latency',
            cell: 'retrieve',
            arm,
            queryId: 'q-0000',
            pair,
            block: pair * 2 + (arm === 'A' ? 0 : 1),
            sequence,
            latencyMs: arm === 'A' ? base : base * slower,
          },
          [],
        );
      }
    }
  }
  const sides = (table: VectorTable) => ({ incumbent: table, candidate: table });
  return {
    plan: {
      k,
      seed: 1,
      corpus: { documents: { things: 'd' }, queries: 'q', judgments: 'j' },
      cells: (['search', 'retrieve'] as const).map((cell) => ({
        cell,
        incumbentPath: PATHS[cell][0],
        candidatePath: PATHS[cell][1],
      })),
      queryIds: asked.map((query) => query.id),
      censusKeys: documentTable.ids.map(storedKey),
      throughputConcurrency: 8,
    },
    corpus,
    observations: rows,
    vectors: { documents: sides(documentTable), queries: sides(queryTable) },
    complete: true,
  };
}

function cosine(a: VectorTable, rowA: number, b: VectorTable, rowB: number): number {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let at = 0; at < DIMENSION; at++) {
    const x = a.values[rowA * DIMENSION + at] ?? 0;
    const y = b.values[rowB * DIMENSION + at] ?? 0;
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return dot / Math.sqrt(squareA * squareB);
}
