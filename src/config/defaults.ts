import type { UserConfig } from './schema.ts';

/** What holds where nothing else is said. The margins of latency have their defaults in the gate itself. */
export const DEFAULTS = {
  incumbent: { dialect: 'rust-lakehouse' },
  candidate: { dialect: 'go-lakehouse' },
  ingest: 'never',
  force: false,
  k: 10,
  operations: ['search', 'retrieve'],
  seed: 20260101,
  runs: 'runs',
  looks: 'many',
  truth: 'exact',
  gates: {
    recall: { margin: 0.005 },
    ndcg: { margin: 0.01 },
    errors: { margin: 0.005 },
  },
  quality: { concurrency: 4, sequential: false },
  latency: { blockPairs: 12, requestsPerBlock: 200, discardedPerBlock: 10 },
  throughput: { concurrency: 8, requestsPerSlice: 200, slices: 2 },
  timeouts: { connectMs: 2_000, requestMs: 10_000 },
} as const satisfies UserConfig;

/** What `--quick` changes: fewer needs and blocks, so that a verdict is usually out of reach. */
export const QUICK = {
  quality: { maxNeeds: 100, maxCensusDocuments: 500 },
  latency: { blockPairs: 2, requestsPerBlock: 100 },
  throughput: { requestsPerSlice: 60, slices: 1 },
} as const satisfies UserConfig;
