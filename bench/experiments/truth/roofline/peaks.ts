import { readFile } from 'node:fs/promises';
import { encodeOnnx } from '../../../../src/embed/onnx/model.ts';
import { openSession, Tensor } from '../../../../src/onnx/onnxruntime.ts';
import type { Peaks } from './record.ts';

const SIDES = [256, 512, 1024, 2048];
const TRIES = 5;

/** Measures what one thread of this machine can do. */
export async function measurePeaks(): Promise<Peaks> {
  return {
    clockHz: clock(),
    float32: await bestSquare('float32'),
    int8: await bestSquare('int8'),
    ...(await widestInstruction()),
    copyBytesPerSecond: copying(),
  };
}

/** Each product waits for the one before: 3 cycles on all x86-64 processors of the last fifteen years. */
function clock(): number {
  const rounds = 2e8;
  let best = Number.POSITIVE_INFINITY;
  for (let at = 0; at < TRIES; at++) {
    const start = performance.now();
    let value = at + 3;
    for (let i = 0; i < rounds; i++) value = Math.imul(value, value);
    best = Math.min(best, performance.now() - start);
    if (value === 2) throw new RangeError('a square of an odd number is odd');
  }
  return (3 * rounds) / (best / 1000);
}

async function bestSquare(kind: 'float32' | 'int8'): Promise<number> {
  const session = await openSession(squareProduct(kind), {
    ...{ logSeverityLevel: 3, intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  let best = 0;
  for (const side of SIDES) {
    const shape = [side, side];
    const tensor = (name: 'a' | 'b') => {
      if (kind === 'float32')
        return new Tensor('float32', new Float32Array(side * side).fill(0.5), shape);
      return name === 'a'
        ? new Tensor('uint8', new Uint8Array(side * side).fill(3), shape)
        : new Tensor('int8', new Int8Array(side * side).fill(-2), shape);
    };
    const feeds = { a: tensor('a'), b: tensor('b') };
    const out =
      kind === 'float32'
        ? new Tensor('float32', new Float32Array(side * side), shape)
        : new Tensor('int32', new Int32Array(side * side), shape);
    for (let at = 0; at <= TRIES; at++) {
      const start = performance.now();
      await session.run(feeds, { c: out });
      const seconds = (performance.now() - start) / 1000;
      if (at > 0) best = Math.max(best, (2 * side ** 3) / seconds);
    }
  }
  return best;
}

function squareProduct(kind: 'float32' | 'int8'): Uint8Array {
  const isReal = kind === 'float32';
  const shape = ['m', 'k'];
  return encodeOnnx({
    name: 'square-product',
    inputs: [
      { name: 'a', type: isReal ? 'float32' : 'uint8', shape },
      { name: 'b', type: isReal ? 'float32' : 'int8', shape: ['k', 'n'] },
    ],
    outputs: [{ name: 'c', type: isReal ? 'float32' : 'int32', shape: ['m', 'n'] }],
    constants: [],
    nodes: [{ operation: isReal ? 'MatMul' : 'MatMulInteger', inputs: ['a', 'b'], outputs: ['c'] }],
  });
}

/**
 * What the processor says it has. Two multiplying units a core are taken for granted: AMD since Zen 3 and Intel's
 * servers have them. Without VNNI, u8 × s8 pairs are added in 16 bits and saturate (`vpmaddubsw`), so exact products
 * take 16-bit ones (`vpmaddwd`).
 */
async function widestInstruction(): Promise<Pick<Peaks, 'instruction' | 'opsPerCycle'>> {
  const flags = new Set(
    (
      /^flags\s*:(.*)$/m.exec(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''))?.[1] ?? ''
    ).split(' '),
  );
  const has = (...names: string[]) => names.some((name) => flags.has(name));
  if (has('amx_int8')) return { instruction: 'tdpbusd (AMX)', opsPerCycle: 2048 };
  if (has('avx512_vnni')) return { instruction: 'vpdpbusd, 512 bits', opsPerCycle: 256 };
  if (has('avx_vnni')) return { instruction: 'vpdpbusd, 256 bits', opsPerCycle: 128 };
  if (has('avx512bw')) return { instruction: 'vpmaddwd, 512 bits', opsPerCycle: 128 };
  if (has('avx2')) return { instruction: 'vpmaddwd, 256 bits', opsPerCycle: 64 };
  return { instruction: 'pmaddwd, 128 bits', opsPerCycle: 32 };
}

function copying(): number {
  const from = new Uint8Array(1 << 28).fill(1);
  const to = new Uint8Array(1 << 28);
  let best = Number.POSITIVE_INFINITY;
  for (let at = 0; at <= TRIES; at++) {
    const start = performance.now();
    to.set(from);
    best = Math.min(best, performance.now() - start);
  }
  return (2 * from.length) / (best / 1000);
}
