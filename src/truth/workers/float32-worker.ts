import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { float32Bound } from '../engines/float32-bound.ts';
import type { Float32Reply, Float32Task } from '../engines/float32-protocol.ts';
import { type MultiplyTopK, searchFloat32 } from '../engines/float32-search.ts';
import { topKGraph } from '../engines/topk-graph.ts';

function reply(message: Float32Reply): void {
  parentPort?.postMessage(message);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function openMultiplier(): Promise<MultiplyTopK> {
  const session = await InferenceSession.create(topKGraph(), { logSeverityLevel: 3 });
  return async (queries, rows, dimension, count) => {
    const output = await session.run({
      queries: new Tensor('float32', queries, [queries.length / dimension, dimension]),
      rows: new Tensor('float32', rows, [rows.length / dimension, dimension]),
      count: new Tensor('int64', BigInt64Array.of(BigInt(count)), [1]),
    });
    const { scores: best, places: rowsOfBest } = output;
    const scores = best?.data;
    const places = rowsOfBest?.data;
    if (!(scores instanceof Float32Array) || !(places instanceof Int32Array)) {
      throw new Error('the graph gave outputs of another type');
    }
    return { scores, places };
  };
}

/** Multiplies rows whose products are known, so that a kernel that is wrong on this CPU is not used. */
async function selfTest(multiply: MultiplyTopK): Promise<void> {
  const dimension = 768;
  const count = 24;
  const row = (i: number) =>
    Float64Array.from({ length: dimension }, (_, t) => Math.sin(1 + t * (i + 1) * 0.7));
  const unit = (i: number) => {
    const values = row(i);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return values.map((value) => value / norm);
  };
  const all = Array.from({ length: count }, (_, i) => unit(i));
  const flat = Float32Array.from(all.flatMap((values) => [...values]));
  const { scores, places } = await multiply(flat, flat, dimension, count);
  const bound = float32Bound(dimension);
  for (let i = 0; i < count * count; i++) {
    const x = all[Math.floor(i / count)] ?? new Float64Array(0);
    const y = all[places[i] ?? -1] ?? new Float64Array(0);
    const exact = y.reduce((sum, value, t) => sum + value * (x[t] ?? 0), 0);
    const rises = i % count > 0 && (scores[i] ?? 0) > (scores[i - 1] ?? 0);
    if (rises || !(Math.abs((scores[i] ?? Number.NaN) - exact) <= bound)) {
      throw new Error('self-test: products outside of the float32 error bound');
    }
  }
}

async function serve(multiply: MultiplyTopK, task: Float32Task): Promise<void> {
  try {
    const { lists, widenedQueries } = await searchFloat32(task, multiply, (share) =>
      reply({ kind: 'progress', id: task.id, share }),
    );
    reply({
      kind: 'done',
      id: task.id,
      queries: [...lists.keys()],
      lists: [...lists.values()],
      widenedQueries,
    });
  } catch (error) {
    reply({ kind: 'failed', id: task.id, why: reason(error) });
  }
}

try {
  const multiply = await openMultiplier();
  await selfTest(multiply);
  let last = Promise.resolve();
  parentPort?.on('message', (task: Float32Task) => {
    last = last.then(() => serve(multiply, task));
  });
  reply({ kind: 'ready' });
} catch (error) {
  reply({ kind: 'unfit', why: reason(error) });
}
