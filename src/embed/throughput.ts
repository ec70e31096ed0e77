import { loadEncoder } from './encoder.ts';

/** Texts a second through tokenizer and session at one batch size. */
export interface Throughput {
  readonly batchSize: number;
  /** By the clock: median of the rounds. */
  readonly textsPerSecond: number;
  /** By processor time of this process, all its threads together: median of the rounds. */
  readonly textsPerCpuSecond: number;
  /** By the clock, a round each. */
  readonly rounds: readonly number[];
}

/**
 * Measures an encoder on one thread at several batch sizes. The sizes take turns within each of `rounds`
 * rounds, so that a slow moment of the machine meets all of them; one round before is thrown away.
 * @throws UsageError as loading the encoder does
 */
export async function measureThroughput(options: {
  readonly folder: string;
  readonly texts: readonly string[];
  readonly batchSizes: readonly number[];
  readonly rounds: number;
}): Promise<readonly Throughput[]> {
  const { folder, texts, batchSizes, rounds } = options;
  const encoders = await Promise.all(
    batchSizes.map((batchSize) => loadEncoder(folder, { threads: 1, batchSize })),
  );
  const measured = batchSizes.map(() => ({ wall: [] as number[], cpu: [] as number[] }));
  for (let round = 0; round <= rounds; round++) {
    for (const [which, encoder] of encoders.entries()) {
      const start = performance.now();
      const cpuStart = process.cpuUsage();
      await encoder.embed(texts, 'query');
      const { user, system } = process.cpuUsage(cpuStart);
      const wallMs = performance.now() - start;
      if (round === 0) continue;
      measured[which]?.wall.push((1000 * texts.length) / wallMs);
      measured[which]?.cpu.push((1e6 * texts.length) / (user + system));
    }
  }
  await Promise.all(encoders.map((encoder) => encoder.close()));
  return batchSizes.map((batchSize, which) => {
    const { wall = [], cpu = [] } = measured[which] ?? {};
    return {
      batchSize,
      textsPerSecond: middle(wall),
      textsPerCpuSecond: middle(cpu),
      rounds: wall,
    };
  });
}

function middle(rates: readonly number[]): number {
  return rates.toSorted((a, b) => a - b)[rates.length >> 1] ?? 0;
}

/** A choice of batch size and threads under which an encoder gave other bits. */
export interface BitDifference {
  readonly batchSize: number;
  readonly threads: number;
  /** Texts whose vector differs in any bit. */
  readonly texts: number;
}

/**
 * Embeds texts at every combination of batch size and threads, and compares the bits with those of one text
 * at a time on one thread.
 * @returns the combinations that differ; none where the encoder is bit-identical
 * @throws UsageError as loading the encoder does
 */
export async function findBitDifferences(options: {
  readonly folder: string;
  readonly texts: readonly string[];
  readonly batchSizes: readonly number[];
  readonly threads: readonly number[];
}): Promise<readonly BitDifference[]> {
  const { folder, texts, batchSizes } = options;
  const embed = async (batchSize: number, threads: number): Promise<Uint32Array[]> => {
    const encoder = await loadEncoder(folder, { threads, batchSize });
    try {
      const vectors = await encoder.embed(texts, 'query');
      return vectors.map(
        ({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length),
      );
    } finally {
      await encoder.close();
    }
  };
  const expected = await embed(1, 1);
  const differences: BitDifference[] = [];
  for (const threads of options.threads) {
    for (const batchSize of batchSizes) {
      const found = await embed(batchSize, threads);
      const differing = expected.filter(
        (bits, text) => !bits.every((word, i) => word === found[text]?.[i]),
      );
      if (differing.length > 0) differences.push({ batchSize, threads, texts: differing.length });
    }
  }
  return differences;
}
