import { join } from 'node:path';
import { packageRoot } from '../../../src/config/package-root.ts';
import { textsOf } from '../../../src/corpus/document-key.ts';
import type { Corpus } from '../../../src/corpus/types.ts';
import { listen } from '../../../src/cutover/frontend/listen.ts';
import { parseFault, plantFaults } from '../../../src/demo/gateway/faults/parse.ts';
import { createGoGateway } from '../../../src/demo/gateway/go/gateway.ts';
import { createRustGateway } from '../../../src/demo/gateway/rust/gateway.ts';
import { loadEncoder } from '../../../src/embed/encoder.ts';
import { censusSample } from '../../../src/observe/census-sample.ts';
import { embedTexts } from '../../../src/observe/embed-texts.ts';
import { observeAttribution } from '../../../src/observe/observe-attribution.ts';
import { observeCensus, observeQuality } from '../../../src/observe/observe-run.ts';
import { planRun } from '../../../src/observe/plan.ts';
import { NO_PROGRESS } from '../../../src/progress.ts';
import type { Cell, Observation, Side, VectorTable } from '../../../src/record/types.ts';
import {
  DEEP_BLOCK,
  EXACT_BLOCK,
  VECTOR_BLOCK,
} from '../../../src/retrieve/derive/recorded-answers.ts';
import { attributionSample } from '../../../src/retrieve/derive/run-attribution.ts';
import type { RecordedRun } from '../../../src/retrieve/record/recorded-run.ts';
import { kPrimeFor } from '../../../src/truth/corpus/compute-truth.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { pathOf } from '../../../src/wire/call.ts';
import { http } from '../../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../../src/wire/lakehouse/rust-lakehouse.ts';

/** How much is asked. */
export interface FaultRunOptions {
  readonly corpus: Corpus;
  readonly k: number;
  readonly seed: number;
  readonly maxNeeds: number;
  readonly cells: readonly Cell[];
  /** Most documents that are asked by their own text. */
  readonly census: number;
}

/** The sound incumbent, served and seen once for all faults. */
export interface ServedIncumbent {
  readonly backend: Backend;
  /** Ends the connections, the gateway and the encoder. */
  readonly stop: () => Promise<void>;
}

const ENCODER = join(packageRoot(), 'corpora', 'encoder');

/** Serves the Rust-shaped gateway over a corpus in this process. */
export async function serveIncumbent(corpus: Corpus): Promise<ServedIncumbent> {
  const encoder = await loadEncoder(ENCODER);
  const options = { encoder, encoderFolder: ENCODER, collections: corpus.collections };
  const listener = await listen(await createRustGateway(options), 0);
  const backend = http({ url: listener.url, dialect: rustLakehouse() });
  return {
    backend,
    stop: async () => {
      await backend.close();
      await listener.stop();
      await encoder.close();
    },
  };
}

/**
 * Plants faults in a Go-shaped gateway in this process, asks it and the incumbent through their dialects what
 * `bench retrieve` would ask untimed, and gives the record as a run would leave it: what attribution derives from.
 */
export async function observeFaults(
  incumbent: ServedIncumbent,
  faults: readonly string[],
  options: FaultRunOptions,
): Promise<RecordedRun> {
  const { corpus, seed } = options;
  const encoder = await loadEncoder(ENCODER);
  const gateway = await createGoGateway({
    encoder,
    encoderFolder: ENCODER,
    collections: corpus.collections,
    faults: plantFaults(faults.map((text) => parseFault(text, seed))),
  });
  const listener = await listen(gateway, 0);
  const candidate = http({ url: listener.url, dialect: goLakehouse() });
  try {
    return await observed({ incumbent: incumbent.backend, candidate }, options);
  } finally {
    await candidate.close();
    await listener.stop();
    await encoder.close();
  }
}

async function observed(
  pair: { readonly incumbent: Backend; readonly candidate: Backend },
  { corpus, k, seed, maxNeeds, cells, census }: FaultRunOptions,
): Promise<RecordedRun> {
  const plan = planRun(corpus, {
    seed,
    cells,
    maxNeeds,
    qualityBlockSize: 500,
    latencyBlockPairs: 0,
    requestsPerLatencyBlock: 1,
    throughputSlices: 0,
    requestsPerThroughputSlice: 0,
  });
  const documents = textsOf(corpus.collections);
  const signal = new AbortController().signal;
  const common = { model: null, signal, progress: NO_PROGRESS, concurrency: 8 };
  const vectorsOf = async (side: Side): Promise<readonly [VectorTable, VectorTable]> => [
    (await embedTexts(pair[side], side, documents, { ...common, kind: 'document' })).table,
    (await embedTexts(pair[side], side, plan.queries, { ...common, kind: 'query' })).table,
  ];
  const [ours, theirs] = [await vectorsOf('incumbent'), await vectorsOf('candidate')];
  const observations: Observation[] = [];
  const asking = {
    ...common,
    originMs: performance.now(),
    isDone: () => false,
    stored: async () => [],
    writeBlock: async (_: unknown, rows: readonly Observation[]) => {
      observations.push(...rows);
    },
  };
  const keys = censusSample(corpus, seed);
  const step = Math.max(1, Math.ceil(keys.length / census));
  const censusKeys = keys.filter((_, at) => at % step === 0);
  const observing = {
    ...asking,
    k,
    throughputConcurrency: 1,
    discardedPerBlock: 0,
    isDecided: () => false,
  };
  await observeCensus(pair, corpus, { cell: 'search', keys: censusKeys }, observing);
  await observeQuality(pair, plan, observing);
  const run: RecordedRun = {
    plan: {
      k,
      seed,
      corpus: corpus.hashes,
      cells: plan.cells.map(({ cell }) => ({
        cell,
        incumbentPath: pathOf(pair.incumbent, cell),
        candidatePath: pathOf(pair.candidate, cell),
      })),
      queryIds: plan.queries.map(({ id }) => id),
      censusKeys: [...censusKeys],
      throughputConcurrency: 1,
    },
    corpus,
    observations,
    vectors: {
      documents: { incumbent: ours[0], candidate: theirs[0] },
      queries: { incumbent: ours[1], candidate: theirs[1] },
    },
    complete: true,
  };
  await observeAttribution(
    pair,
    cells.map((cell) => ({ cell, queries: attributionSample(run, cell) })),
    {
      ...asking,
      kPrime: kPrimeFor(k),
      vectors: run.vectors.queries,
      deepBlock: DEEP_BLOCK,
      vectorBlock: VECTOR_BLOCK,
      exactBlock: EXACT_BLOCK,
    },
  );
  return run;
}
