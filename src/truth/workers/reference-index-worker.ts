import { parentPort, workerData } from 'node:worker_threads';
import hnswlib from 'hnswlib-node';
import type {
  ReferenceIndexReply,
  ReferenceIndexTask,
} from '../reference/reference-index-protocol.ts';

const task = workerData as ReferenceIndexTask;

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

const index = new hnswlib.HierarchicalNSW('ip', task.dimension);
const buildStart = performance.now();
index.initIndex(task.rows.length, task.M, task.efConstruction, task.seed);
for (const row of task.rows) {
  load(task.documents, task.documentSquares, row);
  index.addPoint(point, row);
}
reply({ kind: 'built', buildMs: performance.now() - buildStart });

const places = Math.min(task.k, task.rows.length);
for (const efSearch of task.efSearches) {
  index.setEf(efSearch);
  const found = new Int32Array(task.queries.length * places).fill(-1);
  const latenciesUs = new Float64Array(task.queries.length);
  task.queries.forEach((query, i) => {
    load(task.queryValues, task.querySquares, query);
    const start = performance.now();
    const { neighbors } = index.searchKnn(point, places);
    latenciesUs[i] = (performance.now() - start) * 1000;
    neighbors.forEach((row, place) => {
      found[i * places + place] = row;
    });
  });
  latenciesUs.sort();
  const p50Us = latenciesUs[Math.ceil(latenciesUs.length / 2) - 1] ?? null;
  reply({ kind: 'searched', efSearch, places, found, p50Us });
}
reply({ kind: 'done' });
