import type { Config } from '../../src/config/resolve.ts';
import { kPrimeFor } from '../../src/derive/run/compute-truth.ts';
import type { RecordedRun } from '../../src/derive/run/recorded-run.ts';
import {
  attributionSample,
  DEEP_BLOCK,
  runAttribution,
  textsAgain,
  VECTOR_BLOCK,
} from '../../src/derive/run/run-attribution.ts';
import type { Pair } from '../../src/observe/ask.ts';
import { embedTexts } from '../../src/observe/embed-texts.ts';
import { observeAttribution } from '../../src/observe/observe-attribution.ts';
import type { Progress } from '../../src/observe/progress.ts';
import type { Findings } from '../../src/parity/findings.ts';
import type { RunWriter } from '../../src/record/run-writer.ts';
import type { Observation, Side, VectorTable } from '../../src/record/types.ts';
import type { Io } from '../io.ts';

/** Makes the extra requests that explain a disagreement, and adds the explanation to the findings. */
export async function withAttribution(
  findings: Findings,
  recorded: RecordedRun,
  backends: Pair,
  place: {
    readonly config: Config;
    readonly writer: RunWriter;
    readonly progress: Progress;
    readonly io: Io;
  },
): Promise<Findings> {
  const { config, writer, progress, io } = place;
  const extra: Observation[] = [];
  const samples = recorded.plan.cells.map(({ cell }) => ({
    cell,
    queries: attributionSample(recorded, cell),
  }));
  const texts = textsAgain(
    recorded,
    samples.flatMap(({ queries }) => queries),
  );
  progress.stage('embed again', 2 * Math.ceil(texts.length / 64));
  const embedded = async (side: Side): Promise<VectorTable> => {
    const options = { model: config.model, signal: io.signal, progress };
    const { table } = await embedTexts(backends[side], side, texts, options);
    await writer.writeVectors(`${side}-again`, table);
    return table;
  };
  const [incumbent, candidate] = await Promise.all([embedded('incumbent'), embedded('candidate')]);
  await observeAttribution(backends, samples, {
    kPrime: kPrimeFor(recorded.plan.k),
    vectors: recorded.vectors.queries,
    deepBlock: DEEP_BLOCK,
    vectorBlock: VECTOR_BLOCK,
    model: config.model,
    concurrency: config.quality.concurrency,
    originMs: performance.now(),
    signal: io.signal,
    progress,
    isDone: (key) => writer.hasBlock(key),
    sink: async (key, rows) => {
      await writer.writeObservations(key, rows);
      extra.push(...rows);
    },
  });
  progress.stage('explaining', 0);
  const attribution = runAttribution({
    ...recorded,
    vectors: { ...recorded.vectors, again: { incumbent, candidate } },
    observations: [...recorded.observations, ...extra],
  });
  return attribution.length === 0 ? findings : { ...findings, attribution };
}
