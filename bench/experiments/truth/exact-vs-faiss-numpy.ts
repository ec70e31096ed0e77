import { availableParallelism } from 'node:os';
import { CORPUS_METRICS, type CorpusMetric } from '../../../src/corpus/types.ts';
import { wasmEngine } from '../../../src/truth/engines/engines.ts';
import type { ExactInput } from '../../../src/truth/engines/exact-engine.ts';
import { scriptFlags, wholeNumber } from '../script-flags.ts';
import { type Check, median, packageVersion, runScript, table } from '../support.ts';
import { clusteredTables } from './clustered-table.ts';
import {
  type Contestant,
  OWN_NAMES,
  ownContestant,
  peerContestant,
  rowOfKey,
  spaceOf,
} from './contestants.ts';
import { float32Peak } from './float32-peak.ts';
import { NODE_PEERS, nodeContestant } from './node-peers.ts';
import { type PeerName, peerInput } from './python-peer.ts';
import { newestPython, type PythonPlace } from './python-place.ts';
import { type AllTimes, ratio, runRounds, type Times } from './rounds.ts';

/**
 * Exact top-k of this suite beside other libraries, in interleaved rounds:
 * node bench/experiments/truth/exact-vs-faiss-numpy.ts [--cases ROWSxQUERIESxDIMENSIONxMETRIC,…] [--searches N,N]
 * [--rounds N] [--out FILE]
 */
const OPTIONS = {
  cases: { type: 'string', default: '100000x1000x768xcosine,10000x200x768xcosine' },
  searches: { type: 'string', default: '3,7' },
  rounds: { type: 'string', default: '7' },
} as const;
const K = 10;
const PEERS = ['faiss', 'numpy', 'torch'] as const satisfies readonly PeerName[];
/** Targets against faiss and numpy at 768 dimensions: from 50,000 rows on, and below. */
const HELD = ['faiss', 'numpy'] as const;
const TARGET = { large: 3, small: 2 };
const INT8_OVER_FLOAT32 = 1.5;
/** Real lengths vary: those of GloVe's words fivefold. */
const LENGTHS = [0.5, 2] as const;

/** What is searched. */
interface Case {
  readonly rows: number;
  readonly queries: number;
  readonly dimension: number;
  readonly metric: CorpusMetric;
}

const EXPLANATION = `Clustered vectors (100 random centres, noise of 0.7). Every round each side first makes the documents
ready, then answers all queries several times; sides take turns, with a pause between them that lets
waiting threads go to sleep, and another begins each round. Of a round the first search and the median
of all its searches count; figures are medians over the rounds, ratios medians of the ratios within a
round.

- **start**: until threads or process can be asked: libraries, and here the self-tests. Reading the rows from disk is not counted.
- **prepare**: from float32 rows in memory to rows that can be searched. Here: checks, what another metric than the cosine adds to the rows, one copy into shared memory, norms, integers or unit rows, from the second round on in the memory of the round before; faiss: a copy, \`normalize_L2\` under the cosine, \`add\`; the others: unit rows under the cosine, else a copy.
- **search**: from float32 queries in memory to the k best of each, queries brought to unit length on every side under the cosine. Here the lists are proved complete, scored in float64 and carry keys; the others give float32 order.
- **first search**: the first after making ready, which finds memory and caches cold.

All sides use as many threads as there are cores, but hnswlib, which has one. Under dot product and Euclidean distance the
lengths of the rows are drawn between half and twice of what they were.
`;

await runScript(
  'Exact nearest neighbours: this suite and other libraries',
  async (print) => {
    const { values } = scriptFlags({ options: { ...OPTIONS, out: { type: 'string' } } });
    const searches = values.searches.split(',').map((text) => wholeNumber('searches', text));
    print(EXPLANATION);
    const checks: Check[] = [];
    for (const [i, text] of values.cases.split(',').entries()) {
      const measured = {
        searches: searches[i] ?? searches.at(-1) ?? 1,
        rounds: wholeNumber('rounds', values.rounds),
      };
      checks.push(...(await compare(caseOf(text), measured, print)));
    }
    return checks;
  },
  [`onnxruntime ${packageVersion('onnxruntime-node')}`],
  OPTIONS,
);

function caseOf(text: string): Case {
  const [rows = 0, queries = 0, dimension = 0] = text.split('x').map(Number);
  const metric = CORPUS_METRICS.find((one) => text.endsWith(`x${one}`));
  if (metric === undefined || !(rows * queries * dimension > 0)) {
    throw new Error(`--cases: ${text} is not ROWSxQUERIESxDIMENSIONxMETRIC`);
  }
  return { rows, queries, dimension, metric };
}

async function compare(
  asked: Case,
  { searches, rounds }: { readonly searches: number; readonly rounds: number },
  print: (text: string) => void,
): Promise<Check[]> {
  const { rows, queries, dimension, metric } = asked;
  const threads = availableParallelism();
  const lengths = metric === 'cosine' ? ([1, 1] as const) : LENGTHS;
  const tables = clusteredTables(rows, queries, dimension, 1, lengths);
  const input: ExactInput = { ...tables, kPrime: K };
  print(
    `## ${rows} rows × ${queries} queries × ${dimension} dimensions, ${metric}, k = ${K}, ${searches} searches a round\n`,
  );
  const truth = await float64Truth(input, metric);
  await using place = await newestPython();
  const contestants: Contestant[] = [];
  const missing = new Map<string, string>();
  try {
    for (const name of OWN_NAMES) contestants.push(await ownContestant(name, input, metric));
    for (const one of await others(place, input, { metric, threads })) {
      if (typeof one.contestant === 'string') missing.set(one.name, one.contestant);
      else contestants.push(one.contestant);
    }
    const measurePeak = await float32Peak(threads);
    const { times, peak } = await runRounds(contestants, { rounds, searches, truth, measurePeak });
    print(figures(contestants, times, 2 * rows * queries * dimension, peak, queries));
    for (const [name, why] of missing) print(`**${name} was left out**: ${why}\n`);
    return checksOf(asked, times, contestants, missing);
  } finally {
    for (const contestant of contestants) await contestant.close();
  }
}

/** Other libraries: those of Python, each in a process of its own, then those of npm. */
async function others(
  place: PythonPlace,
  input: ExactInput,
  asked: { readonly metric: CorpusMetric; readonly threads: number },
): Promise<{ readonly name: string; readonly contestant: Contestant | string }[]> {
  const ask = await peerInput(place, input, asked);
  const found: { name: string; contestant: Contestant | string }[] = [];
  for (const name of PEERS) {
    found.push({ name, contestant: await peerContestant(place, { name, ...ask }) });
  }
  for (const name of NODE_PEERS) {
    found.push({ name, contestant: nodeContestant(name, input, asked.metric, asked.threads) });
  }
  return found;
}

/** Every pair scored in float64, in threads, without any filter. */
async function float64Truth(input: ExactInput, metric: CorpusMetric): Promise<number[][]> {
  const engine = wasmEngine({ smallWork: Number.POSITIVE_INFINITY });
  const space = spaceOf(metric, input.documents);
  try {
    const { lists } = await engine.topK({
      ...input,
      documents: space.documents(input.documents),
      queries: space.queries(input.queries),
    });
    return lists.map(({ keys }) => keys.slice(0, input.kPrime).map(rowOfKey));
  } finally {
    await engine.close();
  }
}

function figures(
  contestants: readonly Contestant[],
  times: AllTimes,
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
  const peers = contestants.filter(({ what }) => what !== 'this suite');
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

function checksOf(
  { rows, dimension, metric }: Case,
  times: AllTimes,
  contestants: readonly Contestant[],
  missing: ReadonlyMap<string, string>,
): Check[] {
  const of = `${rows} rows of ${dimension}, ${metric}`;
  const large = rows >= 50_000;
  const target = large ? TARGET.large : TARGET.small;
  const search = ({ search }: Times, i: number) => search[i] as number;
  const fast = OWN_NAMES[0];
  const against = (slow: string, bound: number): Check => {
    const value = ratio(times, slow, fast, search);
    return {
      what: `${of}: search, ${fast} over ${slow}`,
      value: `${value.toFixed(2)} ×`,
      bound: `≥ ${bound} ×`,
      holds: value >= bound,
    };
  };
  const own = contestants.filter(({ what }) => what === 'this suite');
  const isHeld = dimension === 768 && metric === 'cosine';
  return [
    ...(isHeld ? HELD : []).map((peer) => {
      const why = missing.get(peer);
      if (why === undefined) return against(peer, target);
      const what = `${of}: search, ${fast} over ${peer}`;
      return { what, value: `left out: ${why}`, bound: `≥ ${target} ×`, holds: false };
    }),
    ...(isHeld && large ? [against('float32', INT8_OVER_FLOAT32)] : []),
    ...own.map(({ name }) => {
      const { wrongQueries } = times.get(name) as Times;
      return {
        what: `${of}: queries of ${name} whose ids or order differ from float64`,
        value: String(wrongQueries),
        bound: '0',
        holds: wrongQueries === 0,
      };
    }),
  ];
}
