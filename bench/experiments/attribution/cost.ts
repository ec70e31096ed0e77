import { attribute } from '../../../src/attribution/attribute.ts';
import type {
  AttributionInput,
  AttributionQuery,
  RankedAnswer,
  SideRecord,
} from '../../../src/attribution/types.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { randomStream } from '../../../src/stats/random.ts';
import { type Check, runScript, table } from '../support.ts';

const K = 10;
const K_PRIME = 50;

const DIMENSION = 768;
/** Seconds that 1,000 queries over 10,000 documents may take. */
const MOST_SECONDS = 30;
/** How much more than in proportion four times the queries or documents may take. */
const MOST_GROWTH = 1.25;

interface Timed {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/**
 * Times attributions by number of queries and documents: the candidate lacks a fiftieth of the documents, embeds
 * queries a little differently and answers in part without its filter. `SCALE` makes all sizes smaller, e.g. 0.1.
 */
await runScript('What an attribution costs', async (print) => {
  const scale = Number(process.env.SCALE ?? 1);
  const [queries, documents] = [Math.round(1000 * scale), Math.round(10_000 * scale)];
  const sizes = [
    [queries / 4, documents / 4],
    [queries / 2, documents / 4],
    [queries, documents / 4],
    [queries / 4, documents / 2],
    [queries / 4, documents],
    [queries, documents],
  ].map(([q = 0, d = 0]): readonly [number, number] => [Math.round(q), Math.round(d)]);
  const rows: (string | number)[][] = [];
  const timed: Timed[] = [];
  for (const [q, d] of sizes) {
    const one = timeOf(q, d);
    timed.push(one);
    const nanoseconds = (one.cpuSeconds * 1e9) / (q * d * DIMENSION);
    rows.push([q, d, one.seconds.toFixed(2), one.cpuSeconds.toFixed(2), nanoseconds.toFixed(2)]);
  }
  const unit = 'CPU ns a query, document and dimension';
  print(table([['queries', 'documents', 'seconds', 'CPU seconds', unit], ...rows]));
  const growth = (from: number, to: number): number =>
    (timed[to]?.cpuSeconds ?? Number.NaN) / (timed[from]?.cpuSeconds ?? Number.NaN) / 4;
  const ratio = (what: string, value: number): Check => ({
    what,
    value: `${value.toFixed(2)} × in proportion`,
    bound: `≤ ${MOST_GROWTH}`,
    holds: value <= MOST_GROWTH,
  });
  const whole = timed.at(-1)?.seconds ?? Number.NaN;
  return [
    ratio(`four times the queries, over ${sizes[0]?.[1]} documents`, growth(0, 2)),
    ratio(`four times the queries, over ${documents} documents`, growth(4, 5)),
    ratio(`four times the documents, ${sizes[0]?.[0]} queries`, growth(0, 4)),
    ratio(`four times the documents, ${queries} queries`, growth(2, 5)),
    {
      what: `${queries} queries over ${documents} documents`,
      value: `${whole.toFixed(1)} s`,
      bound: `≤ ${MOST_SECONDS} s`,
      holds: whole <= MOST_SECONDS,
    },
  ];
});

function timeOf(queries: number, documents: number): Timed {
  const input = world(queries, documents, DIMENSION);
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const { finding } = attribute(input);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedMs) / 1000;
  if (finding.status !== 'explained') throw new Error(`not to be timed: ${finding.sentence}`);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

function world(queries: number, documents: number, dimension: number): AttributionInput {
  const random = randomStream(1, 'cost');
  const table = (prefix: string, count: number, noise: VectorTable | null): VectorTable => ({
    ids: Array.from({ length: count }, (_, at) => `${prefix}${at}`),
    dimension,
    values: Float32Array.from(
      { length: count * dimension },
      (_, at) =>
        (noise?.values[at] ?? 0) + (noise === null ? 1 : 0.1) * (random.below(2001) / 1000 - 1),
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
