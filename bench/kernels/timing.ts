import { Bench } from 'tinybench';
import { randomOf } from '../../src/stats/random.ts';
import type { Kernel } from './kernels.ts';

/** What one process measured of one kernel. */
export interface KernelTiming {
  readonly name: string;
  /** Median time of one call in nanoseconds. */
  readonly medianNs: number;
  readonly samples: number;
  readonly callsPerSample: number;
}

/** A sample lasts about this long, so that the clock's grain does not show. */
const SAMPLE_MS = 0.5;
const LEAST_CALLS_UNDER_1_US = 1000;
const WARM_UP_MS = 20;
const TRIALS = 4;

/** Times kernels in a seeded random order, each sample a batch of calls. */
export async function timeKernels(
  kernels: readonly Kernel[],
  timeMs: number,
  seed: number,
): Promise<KernelTiming[]> {
  const bench = new Bench({ time: timeMs, iterations: 10, warmupTime: timeMs / 4, throws: true });
  const calls = new Map<string, number>();
  let total = 0;
  for (const kernel of shuffled(kernels, seed)) {
    const count = callsPerSample(kernel);
    calls.set(kernel.name, count);
    bench.add(
      kernel.name,
      () => {
        for (let turn = 0; turn < count; turn++) total += kernel.call(turn);
      },
      { async: false },
    );
  }
  await bench.run();
  if (Number.isNaN(total)) throw new RangeError('a kernel gave NaN');
  return bench.tasks.map((task): KernelTiming => {
    const { result } = task;
    if (result.state !== 'completed') throw new Error(`${task.name} did not complete`);
    const callsEach = calls.get(task.name) ?? 1;
    return {
      name: task.name,
      medianNs: (result.latency.p50 * 1e6) / callsEach,
      samples: result.latency.samplesCount,
      callsPerSample: callsEach,
    };
  });
}

/** Doubles the batch until it lasts long enough; a kernel under 1 µs gets at least 1,000 calls. */
function callsPerSample(kernel: Kernel): number {
  // Cold code takes many times as long and would make the batch too small.
  for (let untilMs = performance.now() + WARM_UP_MS; performance.now() < untilMs; ) kernel.call(0);
  for (let count = 1; ; count *= 2) {
    const tookMs = fastestMs(kernel, count);
    if (tookMs < SAMPLE_MS) continue;
    return tookMs / count < 0.001 ? Math.max(count, LEAST_CALLS_UNDER_1_US) : count;
  }
}

/** The fastest of a few batches: one that was held up would end the doubling too early. */
function fastestMs(kernel: Kernel, count: number): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < TRIALS; trial++) {
    const startedMs = performance.now();
    for (let turn = 0; turn < count; turn++) kernel.call(turn);
    fastest = Math.min(fastest, performance.now() - startedMs);
  }
  return fastest;
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = randomOf(seed);
  const rest = [...items];
  const order: Item[] = [];
  while (rest.length > 0) order.push(...rest.splice(random.below(rest.length), 1));
  return order;
}
