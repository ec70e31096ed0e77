import { loadEncoder } from './encoder.ts';

/** Texts a second through tokenizer and session at one batch size: the median of the rounds, and each round. */
export interface Throughput {
  readonly batchSize: number;
  readonly textsPerSecond: number;
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
  const measured: number[][] = batchSizes.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [which, encoder] of encoders.entries()) {
      const start = performance.now();
      await encoder.embed(texts, 'query');
      const rate = (1000 * texts.length) / (performance.now() - start);
      if (round > 0) measured[which]?.push(rate);
    }
  }
  await Promise.all(encoders.map((encoder) => encoder.close()));
  return batchSizes.map((batchSize, which) => {
    const rates = measured[which] ?? [];
    const middle = rates.toSorted((a, b) => a - b)[rates.length >> 1];
    return { batchSize, textsPerSecond: middle ?? 0, rounds: rates };
  });
}
