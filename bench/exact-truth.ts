import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { VectorTable } from '../src/record/types.ts';
import { float32Engine } from '../src/truth/engines/engines.ts';
import type { ExactEngine, ExactResult } from '../src/truth/engines/exact-engine.ts';
import { float64Engine } from '../src/truth/engines/float64-engine.ts';

/** Measures the exact engines against one another, interleaved: node bench/exact-truth.ts --help. */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    queries: { type: 'string', default: '200' },
    dimension: { type: 'string', default: '768' },
    k: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) {
  process.stdout.write(
    'node bench/exact-truth.ts [--rows N] [--queries N] [--dimension N] [--k N] [--rounds N] [--seed N]\n',
  );
} else {
  await measure();
}

async function measure(): Promise<void> {
  const [rows, queries, dimension, kPrime, rounds, seed] = [
    options.rows,
    options.queries,
    options.dimension,
    options.k,
    options.rounds,
    options.seed,
  ].map(Number) as [number, number, number, number, number, number];
  const normal = gaussian(seed);
  const centres = Array.from({ length: 100 }, () => vector(dimension, normal));
  const input = {
    documents: clusteredTable('d', rows, dimension, centres, normal),
    queries: clusteredTable('q', queries, dimension, centres, normal),
    kPrime,
  };
  const slow = float64Engine();
  const warm = float32Engine();
  await warm.ready();
  await warm.topK(input);
  const times = { float64: [] as number[], float32: [] as number[], cold: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const expected = await timed(times.float64, () => slow.topK(input));
    const found = await timed(times.float32, () => warm.topK(input));
    const started = await timed(times.cold, () => startAndAsk(input));
    if (!sameLists(expected, found) || !sameLists(expected, started)) {
      throw new Error(`round ${round}: the engines disagree`);
    }
  }
  await warm.close();
  const best = (list: readonly number[]) => Math.min(...list);
  const median = (list: readonly number[]) =>
    [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const line = (name: string, list: readonly number[]) =>
    `| ${name} | ${best(list).toFixed(0)} | ${median(list).toFixed(0)} | ${(median(times.float64) / median(list)).toFixed(1)} × |`;
  process.stdout.write(
    [
      `${rows} rows × ${queries} queries × ${dimension} dimensions, k′ = ${kPrime}, ${rounds} interleaved rounds, lists equal to the bit in all`,
      `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} threads, Node ${process.versions.node}`,
      '',
      '| engine | best ms | median ms | speed against float64 |',
      '|---|---|---|---|',
      line('float64', times.float64),
      line('float32, running', times.float32),
      line('float32, start-up counted', times.cold),
      '',
    ].join('\n'),
  );
}

async function startAndAsk(input: Parameters<ExactEngine['topK']>[0]): Promise<ExactResult> {
  const engine = float32Engine();
  try {
    return await engine.topK(input);
  } finally {
    await engine.close();
  }
}

async function timed<T>(into: number[], work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  into.push(performance.now() - start);
  return result;
}

function sameLists(a: ExactResult, b: ExactResult): boolean {
  return a.lists.every((list, query) => {
    const other = b.lists[query];
    return (
      other !== undefined &&
      list.keys.length === other.keys.length &&
      list.keys.every((key, i) => key === other.keys[i] && list.scores[i] === other.scores[i])
    );
  });
}

function gaussian(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  const uniform = () => ((generator.next() >>> 0) + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function vector(dimension: number, normal: () => number): Float32Array {
  return Float32Array.from({ length: dimension }, normal);
}

function clusteredTable(
  prefix: string,
  count: number,
  dimension: number,
  centres: readonly Float32Array[],
  normal: () => number,
): VectorTable {
  const values = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const centre = centres[row % centres.length];
    for (let i = 0; i < dimension; i++) {
      values[row * dimension + i] = (centre?.[i] ?? 0) + 0.7 * normal();
    }
  }
  return {
    ids: Array.from({ length: count }, (_, row) => `c/${prefix}-${row}`),
    dimension,
    values,
  };
}
