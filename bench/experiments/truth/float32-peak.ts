import { encodeOnnx } from '../../../src/embed/onnx/model.ts';
import { openSession, Tensor } from '../../../src/onnx/onnxruntime.ts';

const SIDE = 2048;

/** Measures float32 operations a second of a large square matrix product on all cores. */
export async function float32Peak(threads: number): Promise<() => Promise<number>> {
  const port = (name: string) => ({ name, type: 'float32', shape: [SIDE, SIDE] }) as const;
  const model = encodeOnnx({
    name: 'square-product',
    inputs: [port('a'), port('b')],
    outputs: [port('c')],
    constants: [],
    nodes: [{ operation: 'Gemm', inputs: ['a', 'b'], outputs: ['c'] }],
  });
  const session = await openSession(model, {
    logSeverityLevel: 3,
    intraOpNumThreads: threads,
  });
  const matrix = () => new Tensor('float32', new Float32Array(SIDE * SIDE).fill(0.5), [SIDE, SIDE]);
  const feeds = { a: matrix(), b: matrix() };
  const fetches = { c: matrix() };
  return async () => {
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 4; i++) {
      const start = performance.now();
      await session.run(feeds, fetches);
      best = Math.min(best, performance.now() - start);
    }
    return (2 * SIDE ** 3) / (best / 1000);
  };
}
