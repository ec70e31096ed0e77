import type { Pair } from '../../observe/ask.ts';
import { embedTexts } from '../../observe/embed-texts.ts';
import { observeAttribution } from '../../observe/observe-attribution.ts';
import type { Findings } from '../../parity/findings.ts';
import type { RunWriter } from '../../record/run-writer.ts';
import type { Observation, Side, VectorTable } from '../../record/types.ts';
import { kPrimeFor } from '../../truth/corpus/compute-truth.ts';
import {
  attributionSample,
  DEEP_BLOCK,
  runAttribution,
  textsAgain,
  VECTOR_BLOCK,
} from '../derive/run-attribution.ts';
import type { RecordedRun } from '../record/recorded-run.ts';
import type { Job } from './job.ts';

/** Makes the extra requests that explain a disagreement, and adds the explanation to the findings. */
export async function withAttribution(
  findings: Findings,
  recorded: RecordedRun,
  backends: Pair,
  { config, signal, progress }: Job,
  writer: RunWriter,
): Promise<Findings> {
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
    const options = { model: config.model, signal, progress };
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
    signal,
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
