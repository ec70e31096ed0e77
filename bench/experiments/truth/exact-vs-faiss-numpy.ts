import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { wasmEngine } from '../../../src/truth/engines/engines.ts';
import type { ExactInput } from '../../../src/truth/engines/exact-engine.ts';
import { type Check, median, packageVersion, runScript, table } from '../support.ts';
import { clusteredTables } from './clustered-table.ts';
import {
  type Contestant,
  OWN_NAMES,
  ownContestant,
  peerContestant,
  rowOfKey,
} from './contestants.ts';
import { float32Peak } from './float32-peak.ts';
import { type PeerName, whyMissing } from './python-peer.ts';

/**
 * Exact top-k of this suite beside faiss and numpy, in interleaved rounds:
 * node bench/experiments/truth/exact-vs-faiss-numpy.ts [--rows N,N] [--queries N,N] [--searches N,N] [--rounds N]
 * [--out FILE]
 */
const OPTIONS = {
  rows: { type: 'string', default: '100000,10000' },
  queries: { type: 'string', default: '1000,200' },
  searches: { type: 'string', default: '3,7' },
  rounds: { type: 'string', default: '7' },
} as const;
const DIMENSION = 768;
const K = 10;
/** Threads of a library wait for more work in a loop for some time: nobody's may cost the next side a core. */
const REST_MS = 250;
const PEERS = ['faiss', 'numpy'] as const satisfies readonly PeerName[];
/** Targets against a peer: from 50,000 rows on, and below. */
const TARGET = { large: 3, small: 2 };
const INT8_OVER_FLOAT32 = 1.5;

const EXPLANATION = `Clustered vectors (100 random centres, noise of 0.7). Every round each side first makes the documents
ready, then answers all queries several times; sides take turns, with a pause between them that lets
waiting threads go to sleep, and another begins each round. Of a round the first search and the median
of all its searches count; figures are medians over the rounds, ratios medians of the ratios within a
round.

- **start**: until threads or process can be asked: libraries, and here the self-tests. Reading the rows from disk is not counted.
- **prepare**: from float32 rows in memory to rows that can be searched. Here: checks, one copy into shared memory, norms, integers or unit rows, from the second round on in the memory of the round before; faiss: a copy, \`normalize_L2\`, \`IndexFlatIP.add\`; numpy: unit rows.
- **search**: from float32 queries in memory to the k best of each, queries brought to unit length on every side. Here the lists are proved complete, scored in float64 and carry keys; faiss and numpy give float32 order.
- **first search**: the first after making ready, which finds memory and caches cold.

All sides use as many threads as there are cores.
`;

interface Times {
  readonly prepare: number[];
  readonly first: number[];
  /** Median of the searches of a round. */
  readonly search: number[];
  readonly best: number[];
  wrongQueries: number;
}

await runScript(
  'Exact nearest neighbours: this suite, faiss, numpy',
  async (print) => {
    const { values } = parseArgs({ options: { ...OPTIONS, out: { type: 'string' } } });
    const numbers = (text: string) => text.split(',').map(Number);
    const queries = numbers(values.queries);
    const searches = numbers(values.searches);
    print(EXPLANATION);
    const checks: Check[] = [];
    for (const [i, rows] of numbers(values.rows).entries()) {
      checks.push(
        ...(await compare(rows, queries[i] ?? 1, searches[i] ?? 1, Number(values.rounds), print)),
      );
    }
    return checks;
  },
  [`onnxruntime ${packageVersion('onnxruntime-node')}`],
  OPTIONS,
);

async function compare(
  rows: number,
  queries: number,
  searches: number,
  rounds: number,
  print: (text: string) => void,
): Promise<Check[]> {
  const threads = availableParallelism();
  const input: ExactInput = { ...clusteredTables(rows, queries, DIMENSION, 1), kPrime: K };
  print(
    `## ${rows} rows × ${queries} queries × ${DIMENSION} dimensions, k = ${K}, ${searches} searches a round\n`,
  );
  const truth = await float64Truth(input);
  const folder = await mkdtemp(join(tmpdir(), 'exact-'));
  const files = { documents: join(folder, 'documents.f32'), queries: join(folder, 'queries.f32') };
  const contestants: Contestant[] = [];
  const missing = new Map<PeerName, string>();
  try {
    await writeFile(files.documents, input.documents.values);
    await writeFile(files.queries, input.queries.values);
    for (const name of OWN_NAMES) contestants.push(await ownContestant(name, input));
    for (const name of PEERS) {
      const why = whyMissing(name);
      if (why === null) contestants.push(await peerContestant(name, input, files, threads));
      else missing.set(name, why);
    }
    const { times, peak } = await runRounds(contestants, truth, searches, rounds, threads);
    const work = 2 * rows * queries * DIMENSION;
    print(figures(contestants, times, work, peak, queries));
    for (const [name, why] of missing) print(`**${name} was left out**: ${why}\n`);
    return checksOf(rows, times, contestants, missing);
  } finally {
    for (const contestant of contestants) await contestant.close();
    await rm(folder, { recursive: true });
  }
}

async function runRounds(
  contestants: readonly Contestant[],
  truth: readonly (readonly number[])[],
  searches: number,
  rounds: number,
  threads: number,
): Promise<{ times: ReadonlyMap<string, Times>; peak: number }> {
  const measurePeak = await float32Peak(threads);
  const times = new Map<string, Times>();
  for (const { name } of contestants) {
    times.set(name, { prepare: [], first: [], search: [], best: [], wrongQueries: 0 });
  }
  let peak = 0;
  // Round 0 warms up and is not counted; afterwards another one begins each round.
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const one = contestants[(i + round) % contestants.length] as Contestant;
      await sleep(REST_MS);
      const prepareMs = await one.prepare();
      const into = times.get(one.name) as Times;
      const taken: number[] = [];
      while (taken.length < searches) {
        const { ms, ids } = await one.search();
        into.wrongQueries = Math.max(into.wrongQueries, differing(ids, truth));
        taken.push(ms);
      }
      if (round === 0) continue;
      into.prepare.push(prepareMs);
      into.first.push(taken[0] as number);
      into.search.push(median(taken));
      into.best.push(Math.min(...taken));
    }
    peak = Math.max(peak, await measurePeak());
  }
  return { times, peak };
}

/** Every pair scored in float64, in threads, without any filter. */
async function float64Truth(input: ExactInput): Promise<number[][]> {
  const engine = wasmEngine({ smallWork: Number.POSITIVE_INFINITY });
  try {
    const { lists } = await engine.topK(input);
    return lists.map(({ keys }) => keys.slice(0, input.kPrime).map(rowOfKey));
  } finally {
    await engine.close();
  }
}

function differing(
  found: readonly (readonly number[])[],
  truth: readonly (readonly number[])[],
): number {
  return truth.filter((ids, query) => ids.join() !== found[query]?.join()).length;
}

function figures(
  contestants: readonly Contestant[],
  times: ReadonlyMap<string, Times>,
  work: number,
  peak: number,
  queries: number,
): string {
  const head = [
    [
      '',
      'start ms',
      'prepare ms',
      'first search ms',
      'search ms',
      'best ms',
      'search: share of float32 peak',
      'queries that differ from float64',
    ],
  ];
  const rows = contestants.map(({ name, startMs }) => {
    const { prepare, first, search, best, wrongQueries } = times.get(name) as Times;
    const share = work / (Math.min(...best) / 1000) / peak;
    return [
      name,
      startMs.toFixed(0),
      median(prepare).toFixed(1),
      median(first).toFixed(1),
      median(search).toFixed(1),
      Math.min(...best).toFixed(1),
      `${(share * 100).toFixed(0)} %`,
      `${wrongQueries} of ${queries}`,
    ];
  });
  const counted = (name: string) => {
    const contestant = contestants.find((one) => one.name === name);
    const { prepare, first } = times.get(name) as Times;
    return (contestant?.startMs ?? 0) + median(prepare) + median(first);
  };
  const peers = contestants.filter(({ name }) => name === 'faiss' || name === 'numpy');
  const ratios = contestants
    .filter((one) => !peers.includes(one))
    .flatMap(({ name }) =>
      peers.map((peer) => [
        `${name} over ${peer.name}`,
        ratio(times, peer.name, name, ({ search }, i) => search[i] as number),
        ratio(times, peer.name, name, both),
        counted(peer.name) / counted(name),
      ]),
    )
    .map(([what, ...all]) => [
      what as string,
      ...all.map((value) => `${Number(value).toFixed(2)} ×`),
    ]);
  return [
    table([...head, ...rows]),
    table([
      ['speed', 'search', 'prepare and first search', 'start, prepare and first search'],
      ...ratios,
    ]),
    ...peers.map(({ name, what }) => `${name}: ${what}.`),
    `float32 peak, the best matrix product of onnxruntime between the rounds: ${(peak / 1e9).toFixed(0)} GFLOP/s.\n`,
  ].join('\n');
}

function both({ prepare, first }: Times, i: number): number {
  return (prepare[i] as number) + (first[i] as number);
}

/** Median over the rounds of how many times as long the one took. */
function ratio(
  times: ReadonlyMap<string, Times>,
  slow: string,
  fast: string,
  of: (times: Times, round: number) => number,
): number {
  const a = times.get(slow) as Times;
  const b = times.get(fast) as Times;
  return median(a.search.map((_, round) => of(a, round) / of(b, round)));
}

function checksOf(
  rows: number,
  times: ReadonlyMap<string, Times>,
  contestants: readonly Contestant[],
  missing: ReadonlyMap<PeerName, string>,
): Check[] {
  const large = rows >= 50_000;
  const target = large ? TARGET.large : TARGET.small;
  const search = ({ search }: Times, i: number) => search[i] as number;
  const fast = OWN_NAMES[0];
  const against = (slow: string, bound: number): Check => {
    const value = ratio(times, slow, fast, search);
    return {
      what: `${rows} rows: search, ${fast} over ${slow}`,
      value: `${value.toFixed(2)} ×`,
      bound: `≥ ${bound} ×`,
      holds: value >= bound,
    };
  };
  const own = contestants.filter(({ what }) => what === 'this suite');
  return [
    ...PEERS.map((peer) => {
      const why = missing.get(peer);
      if (why === undefined) return against(peer, target);
      const what = `${rows} rows: search, ${fast} over ${peer}`;
      return { what, value: `left out: ${why}`, bound: `≥ ${target} ×`, holds: false };
    }),
    ...(large ? [against('float32', INT8_OVER_FLOAT32)] : []),
    ...own.map(({ name }) => {
      const { wrongQueries } = times.get(name) as Times;
      return {
        what: `${rows} rows: queries of ${name} whose ids or order differ from float64`,
        value: String(wrongQueries),
        bound: '0',
        holds: wrongQueries === 0,
      };
    }),
  ];
}
