import { join } from 'node:path';
import { type Config, configFrom } from 'retrieval-parity';
import { type AtEnd, toyBackend, toyCorpus } from './toy-backends.ts';
import { toyDialect } from './toy-dialect.ts';

/** Two running backends, and how they are compared. */
export interface ToyPair {
  readonly config: Config;
  readonly incumbentUrl: string;
  readonly candidateUrl: string;
}

/** Starts two backends with a dialect of their own, and what to ask them; see `toyBackend` for when they end. */
export async function toyPair(atEnd?: AtEnd): Promise<ToyPair> {
  const incumbentUrl = await toyBackend(atEnd);
  const candidateUrl = await toyBackend(atEnd);
  const folder = await toyCorpus(atEnd);
  const { config } = await configFrom({
    incumbent: { url: incumbentUrl, dialect: toyDialect() },
    candidate: { url: candidateUrl, dialect: toyDialect() },
    corpus: folder,
    runs: join(folder, 'runs'),
    k: 5,
    latency: { blockPairs: 1, requestsPerBlock: 10 },
    throughput: { requestsPerSlice: 0 },
    gates: { recall: { margin: 0.3 }, ndcg: false, errors: { margin: 0.3 } },
  });
  return { config, incumbentUrl, candidateUrl };
}
