import { seededRandom } from '../../src/observe/shuffle.ts';
import { attribute } from '../../src/parity/attribution/attribute.ts';
import type {
  AttributionInput,
  AttributionQuery,
  RankedAnswer,
  SideRecord,
} from '../../src/parity/attribution/types.ts';
import type { VectorTable } from '../../src/record/types.ts';

const K = 10;
const K_PRIME = 50;

/**
 * Times one attribution by number of queries and documents: the candidate lacks a fiftieth of the documents,
 * embeds queries a little differently and answers in part without its filter.
 * Usage: node bench/attribution/cost.ts [dimension] [largest number of queries] [of documents]
 */
function main(argv: readonly string[]): void {
  const [dimension = 768, queries = 1000, documents = 10_000] = argv.map(Number);
  const sizes = [
    [queries / 4, documents / 4],
    [queries / 2, documents / 4],
    [queries, documents / 4],
    [queries / 4, documents / 2],
    [queries / 4, documents],
    [queries, documents],
  ] as const;
  process.stdout.write('| queries | documents | seconds | ns a query, document and dimension |\n');
  process.stdout.write('| ---: | ---: | ---: | ---: |\n');
  for (const [q, d] of sizes) {
    const input = world(Math.round(q), Math.round(d), dimension);
    const startedMs = performance.now();
    const { finding } = attribute(input);
    const seconds = (performance.now() - startedMs) / 1000;
    const nanoseconds = (seconds * 1e9) / (q * d * dimension);
    process.stdout.write(
      `| ${Math.round(q)} | ${Math.round(d)} | ${seconds.toFixed(2)} | ${nanoseconds.toFixed(2)} |\n`,
    );
    if (finding.status !== 'explained') process.stderr.write(`${finding.sentence}\n`);
  }
}

function world(queries: number, documents: number, dimension: number): AttributionInput {
  const random = seededRandom(1, 'cost');
  const table = (prefix: string, count: number, noise: VectorTable | null): VectorTable => ({
    ids: Array.from({ length: count }, (_, at) => `${prefix}${at}`),
    dimension,
    values: Float32Array.from(
      { length: count * dimension },
      (_, at) => (noise?.values[at] ?? 0) + (noise === null ? 1 : 0.1) * (random(2001) / 1000 - 1),
    ),
  });
  const held = table('things/d-', documents, null);
  const asked = table('q-', queries, null);
  const drifted = table('q-', queries, asked);
  const list = Array.from(
    { length: queries },
    (_, at): AttributionQuery => ({
      id: `q-${at}`,
      text: '',
      collections: ['things'],
      filter: at % 4 === 0 ? { half: 'even' } : null,
      weight: 1,
      noise: { incumbent: null, candidate: null },
    }),
  );
  return {
    k: K,
    seed: 1,
    queries: list,
    collections: [
      {
        name: 'things',
        documents: held.ids.map((key, at) => ({
          id: key.slice('things/'.length),
          text: key,
          metadata: { half: at % 2 === 0 ? 'even' : 'odd' },
        })),
      },
    ],
    sides: {
      incumbent: record(list, held, asked, () => true, true),
      candidate: record(list, held, drifted, (row) => row % 50 !== 7, false),
    },
  };
}

function record(
  list: readonly AttributionQuery[],
  documents: VectorTable,
  queries: VectorTable,
  holds: (row: number) => boolean,
  filters: boolean,
): SideRecord {
  const { dimension } = documents;
  const norm = (table: VectorTable, row: number): number => {
    let square = 0;
    for (let at = 0; at < dimension; at++) square += (table.values[row * dimension + at] ?? 0) ** 2;
    return Math.sqrt(square);
  };
  const norms = documents.ids.map((_, row) => norm(documents, row));
  const deep = new Map<string, RankedAnswer>();
  const answers = new Map<string, RankedAnswer>();
  for (const [at, query] of list.entries()) {
    const own = norm(queries, at);
    const vector = queries.values.subarray(at * dimension, (at + 1) * dimension);
    const scored: { row: number; score: number }[] = [];
    for (let row = 0; row < documents.ids.length; row++) {
      if (!holds(row) || (filters && query.filter !== null && row % 2 === 1)) continue;
      const other = documents.values.subarray(row * dimension, (row + 1) * dimension);
      let dot = 0;
      for (let i = 0; i < dimension; i++) dot += (vector[i] as number) * (other[i] as number);
      scored.push({ row, score: dot / (own * (norms[row] ?? 1)) });
    }
    scored.sort((a, b) => b.score - a.score);
    const cut = (k: number): RankedAnswer => ({
      keys: scored.slice(0, k).map(({ row }) => documents.ids[row] ?? ''),
      scores: scored.slice(0, k).map(({ score }) => score),
      k,
    });
    deep.set(query.id, cut(K_PRIME));
    answers.set(query.id, cut(K));
  }
  return { documents, queries, answers, deep, byVector: new Map(), census: new Map() };
}

main(process.argv.slice(2));
