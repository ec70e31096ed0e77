import type { Pair } from '../../observe/ask.ts';
import { embedTexts } from '../../observe/embed-texts.ts';
import { observeAttribution } from '../../observe/observe-attribution.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import type { Observation, Side, VectorTable } from '../../record/types.ts';
import { kPrimeFor } from '../../truth/corpus/compute-truth.ts';
import { DEEP_BLOCK, EXACT_BLOCK, VECTOR_BLOCK } from '../derive/recorded-answers.ts';
import {
  type AttributedCells,
  attributionSample,
  runAttribution,
  textsAgain,
} from '../derive/run-attribution.ts';
import type { RecordedRun } from '../record/recorded-run.ts';
import type { Job } from './job.ts';

/** Makes the extra requests that explain a disagreement. */
export async function askAttribution(
  recorded: RecordedRun,
  backends: Pair,
  { config, signal, progress }: Job,
  writer: RunWriter,
): Promise<AttributedCells> {
  const extra: Observation[] = [];
  const samples = recorded.plan.cells.map(({ cell }) => ({
    cell,
    queries: attributionSample(recorded, cell),
  }));
  const texts = textsAgain(
    recorded,
    samples.flatMap(({ queries }) => queries),
  );
  const { queries, documents } = texts;
  progress.stage('embed again', 2 * Math.ceil((queries.length + documents.length) / 64));
  const embedded = async (side: Side): Promise<VectorTable> => {
    const options = { model: config.model, signal: signal, progress };
    return joined(
      (await embedTexts(backends[side], side, queries, { ...options, kind: 'query' })).table,
      (await embedTexts(backends[side], side, documents, { ...options, kind: 'document' })).table,
    );
  };
  const [incumbent, candidate] = await Promise.all([embedded('incumbent'), embedded('candidate')]);
  // Tables that an interrupt cut short are none.
  const again = signal.aborted ? null : { incumbent, candidate };
  if (again !== null) {
    await writer.writeVectors('incumbent-again', again.incumbent);
    await writer.writeVectors('candidate-again', again.candidate);
  }
  await observeAttribution(backends, samples, {
    kPrime: kPrimeFor(recorded.plan.k),
    vectors: recorded.vectors.queries,
    deepBlock: DEEP_BLOCK,
    vectorBlock: VECTOR_BLOCK,
    exactBlock: EXACT_BLOCK,
    model: config.model,
    concurrency: config.quality.concurrency,
    originMs: performance.now(),
    signal,
    progress,
    isDone: (key) => writer.hasBlock(key),
    writeBlock: async (key, rows) => {
      await writer.writeObservations(key, rows);
      extra.push(...rows);
    },
  });
  progress.stage('explaining', 0);
  const explaining = {
    ...recorded,
    vectors: { ...recorded.vectors, ...(again === null ? {} : { again }) },
    observations: [...recorded.observations, ...extra],
  };
  return await runAttribution(explaining, { signal });
}

/** The rows of two tables of one embedder; either may be empty. */
function joined(first: VectorTable, second: VectorTable): VectorTable {
  const values = new Float32Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  const dimension = first.ids.length === 0 ? second.dimension : first.dimension;
  return { ids: [...first.ids, ...second.ids], dimension, values };
}
