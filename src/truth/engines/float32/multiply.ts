import { openSession, Tensor } from '../../../onnx/onnxruntime.ts';
import { float32Bound } from './bound.ts';
import type { MultiplyTopK } from './search.ts';
import { topKGraph } from './topk-graph.ts';

/**
 * A matrix product with top-k in onnxruntime on one thread, proved on a known answer.
 *
 * @throws Error where onnxruntime cannot be used, or is wrong on this CPU
 */
export async function openMultiplyTopK(): Promise<MultiplyTopK> {
  const session = await openSession(topKGraph(), {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const multiply: MultiplyTopK = async (queries, rows, dimension, count) => {
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
  await selfTest(multiply);
  return multiply;
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
