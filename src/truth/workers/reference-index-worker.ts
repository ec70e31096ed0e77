import { parentPort, workerData } from 'node:worker_threads';
import { createGraph } from '../../hnswlib/hnswlib.ts';
import { quantileInverseCdfOfSorted } from '../../stats/quantiles.ts';
import type {
  ReferenceIndexReply,
  ReferenceIndexSearch,
  ReferenceIndexTask,
} from '../reference/reference-index-protocol.ts';
import { goToWork, isStopped, restFrom } from './worker.ts';

const task = workerData as ReferenceIndexTask;

/** Ends this thread where nobody waits for it any more: between two calls of native code. */
function endIfStopped(): void {
  if (!isStopped(task.stop)) return;
  restFrom(task.stop);
  process.exit();
}

/** One plain array for every call: the binding takes nothing else, and copying into it costs 1 µs. */
const point: number[] = new Array<number>(task.dimension).fill(0);

/** Copies a row into `point` at unit length; the binding aborts the process on anything but numbers. */
function load(values: Float32Array, squares: Float64Array, row: number): void {
  const norm = Math.sqrt(squares[row] ?? Number.NaN);
  for (let i = 0; i < task.dimension; i++) {
    const value = (values[row * task.dimension + i] ?? Number.NaN) / norm;
    if (!Number.isFinite(value)) throw new Error(`row ${row} has no direction`);
    point[i] = value;
  }
}

function reply(message: ReferenceIndexReply): void {
  parentPort?.postMessage(message);
}

goToWork(task.stop);
endIfStopped();
const index = createGraph('ip', task.dimension);
const buildStart = performance.now();
const cpuStart = process.cpuUsage();
if (task.load === null) {
  index.initIndex(task.rows.length, task.M, task.efConstruction, task.seed);
  for (const row of task.rows) {
    endIfStopped();
    load(task.documents, task.documentSquares, row);
    index.addPoint(point, row);
  }
} else {
  index.readIndexSync(task.load);
  // A search for more neighbours than there are rows, and labels beyond them, come from a wrong file.
  if (index.getCurrentCount() !== task.count) {
    throw new Error(`${task.load} holds ${index.getCurrentCount()} rows, not ${task.count}`);
  }
}
const buildMs = performance.now() - buildStart;
const { user, system } = process.cpuUsage(cpuStart);
endIfStopped();
if (task.save !== null) index.writeIndexSync(task.save);
restFrom(task.stop);
reply({ kind: 'ready', buildMs, buildCpuMs: (user + system) / 1000 });

const places = Math.min(task.k, task.count);
parentPort?.on('message', (search: ReferenceIndexSearch | null) => {
  goToWork(task.stop);
  endIfStopped();
  if (search === null) return restFrom(task.stop);
  index.setEf(search.efSearch);
  const found = new Int32Array(task.queries.length * places).fill(-1);
  const latenciesUs = new Float64Array(task.queries.length);
  const all = performance.now();
  task.queries.forEach((query, i) => {
    endIfStopped();
    load(task.queryValues, task.querySquares, query);
    const start = performance.now();
    const { neighbors } = index.searchKnn(point, places);
    latenciesUs[i] = (performance.now() - start) * 1000;
    neighbors.forEach((row, place) => {
      found[i * places + place] = row;
    });
  });
  const totalMs = performance.now() - all;
  restFrom(task.stop);
  latenciesUs.sort();
  reply({
    kind: 'searched',
    places,
    found,
    p50Us: quantileInverseCdfOfSorted(latenciesUs, 0.5),
    p95Us: quantileInverseCdfOfSorted(latenciesUs, 0.95),
    totalMs,
  });
});
