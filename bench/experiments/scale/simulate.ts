import type { VectorTable } from '../../../src/record/types.ts';
import { openIndex } from '../../../src/truth/engines/first-usable.ts';
import { steadyEngine } from '../../../src/truth/exact.ts';
import { clusteredRows } from '../size/clustered-vectors.ts';
import { type Check, runScript, table } from '../support.ts';
import { type Fleet, runFleet } from './fleet.ts';
import { type Cost, costOf, type LargeSearch, type Machine } from './paper.ts';

/*
 * What truth of 100 million × 768 and of a billion × 128 costs on paper, by what one core of this machine does, and
 * how long 10 to 1,000 workers that straggle and die would take, by a discrete simulation.
 *
 *   node --conditions=source bench/experiments/scale/simulate.ts [--out FILE]
 */

const QUERIES = 10_000;
const MACHINE: Machine = { cores: 8, bytesPerSecond: 1.25e9 };
const WORKERS = [10, 30, 100, 300, 1000];
const STORE_BYTES_PER_SECOND = 50e9;

/** Nanoseconds of one core a row and query, by the engine that this machine gets. */
async function pairNs(
  dimension: number,
): Promise<{ readonly ns: number; readonly engine: string }> {
  const source = clusteredRows(dimension, 1);
  const rows = (name: string, count: number): VectorTable => ({
    ids: Array.from({ length: count }, (_, row) => `${name}/${row}`),
    dimension,
    values: source.next(count),
  });
  const engine = steadyEngine(Number.POSITIVE_INFINITY, undefined, { threads: 1 });
  const documents = rows('row', 43_690);
  const queries = rows('query', 2048);
  const index = await openIndex(engine, documents);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const startedMs = performance.now();
    await index.topK({ queries, kPrime: 50 });
    best = Math.min(best, performance.now() - startedMs);
  }
  await index.close();
  await engine.close();
  return { ns: (best * 1e6) / (documents.ids.length * queries.ids.length), engine: engine.name };
}

const GB = (bytes: number) => `${(bytes / 1e9).toFixed(bytes < 10e9 ? 1 : 0)} GB`;

function paperTable(costs: readonly (readonly [LargeSearch, Cost])[]): string {
  const line = (name: string, of: (search: LargeSearch, cost: Cost) => string) => [
    name,
    ...costs.map(([search, cost]) => of(search, cost)),
  ];
  return table([
    ['', ...costs.map(([{ name }]) => name)],
    line('ns a row and query, one core', ({ pairNs: ns }) => ns.toFixed(2)),
    line('blocks of documents, of queries', (_, c) => `${c.blocks} × ${c.queryBlocks}`),
    line('shards, merges', (_, c) => `${c.shards}, ${c.merges}`),
    line('one shard, one worker', (_, c) => `${c.shardSeconds.toFixed(1)} s`),
    line('one merge of 16', (_, c) => `${c.mergeSeconds.toFixed(1)} s`),
    line('vectors to the store', (_, c) => GB(c.bytesMoved.up)),
    line('vectors read by workers', (_, c) => GB(c.bytesMoved.read)),
    line('lists written and read', (_, c) => GB(c.bytesMoved.lists)),
    line('hours of one core', (_, c) => c.coreHours.toFixed(0)),
    line('commands of the queue server', (_, c) => c.queueCommands.toLocaleString('en')),
    line('memory of a worker', (_, c) => GB(c.workerBytes)),
  ]);
}

function fleetRows(name: string, cost: Cost, fleet: Omit<Fleet, 'workers' | 'seed'>) {
  return WORKERS.map((workers) => {
    const run = runFleet(cost, MACHINE, { ...fleet, workers, seed: 1 });
    const { seconds, efficiency, deaths, redone, commandsPerSecond } = run;
    return {
      workers,
      run,
      cells: [
        name,
        workers,
        seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`,
        `${(100 * efficiency).toFixed(0)} %`,
        deaths,
        redone,
        commandsPerSecond.toFixed(0),
      ],
    };
  });
}

await runScript(
  'Truth on many machines: on paper and simulated',
  async (print): Promise<readonly Check[]> => {
    const small = await pairNs(768);
    const wide = await pairNs(128);
    const searches: LargeSearch[] = [
      {
        name: '100 million × 768',
        documents: 100e6,
        dimension: 768,
        queries: QUERIES,
        kPrime: 50,
        pairNs: small.ns,
      },
      {
        name: '1 billion × 128',
        documents: 1e9,
        dimension: 128,
        queries: QUERIES,
        kPrime: 50,
        pairNs: wide.ns,
      },
    ];
    const costs = searches.map((search) => [search, costOf(search, MACHINE)] as const);
    print(
      `${QUERIES.toLocaleString('en')} queries, k′ = 50. One core of this machine, engine ${small.engine}. A worker has ${MACHINE.cores} such cores and reads 1.25 GB/s; the store gives 50 GB/s to all.\n`,
    );
    print(paperTable(costs));
    const calm = { deathsPerHour: 0, stragglerShare: 0, stragglerFactor: 1 };
    const rough = { deathsPerHour: 1, stragglerShare: 0.02, stragglerFactor: 5 };
    const rest = {
      restartSeconds: 120,
      lockSeconds: 60,
      storeBytesPerSecond: STORE_BYTES_PER_SECOND,
    };
    const all = costs.flatMap(([{ name }, cost]) => [
      ...fleetRows(`${name}, calm`, cost, { ...calm, ...rest }),
      ...fleetRows(`${name}, rough`, cost, { ...rough, ...rest }),
    ]);
    print(
      '\nCalm: nobody straggles or dies. Rough: one job in 50 takes five times as long, each worker dies once an hour and is back after two minutes; its job is found after 60 to 90 s. Efficiency is work that counted over what all workers could have done, until the last list is merged.\n',
    );
    print(
      table([
        ['', 'workers', 'time', 'efficiency', 'deaths', 'jobs begun again', 'commands/s'],
        ...all.map(({ cells }) => cells),
      ]),
    );
    const at = (name: string, workers: number) =>
      all.find(({ cells, workers: own }) => cells[0] === name && own === workers)?.run;
    const rough100 = at('100 million × 768, rough', 100);
    const most = Math.max(...all.map(({ run }) => run.commandsPerSecond));
    return [
      {
        what: '100 million × 768 on 100 workers that straggle and die: efficiency',
        value: `${(100 * (rough100?.efficiency ?? 0)).toFixed(0)} %`,
        bound: '≥ 50 %',
        holds: (rough100?.efficiency ?? 0) >= 0.5,
      },
      {
        what: 'commands a second at the queue server, at most',
        value: most.toFixed(0),
        bound: '≤ 20,000, what one Redis carries with room to spare',
        holds: most <= 20_000,
      },
    ];
  },
);
