import { setTimeout } from 'node:timers/promises';
import type { Config } from '../config/resolve.ts';
import type { Collection, Corpus } from '../corpus/types.ts';
import { counted } from '../counted.ts';
import { InfrastructureError, UsageError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { randomStream } from '../stats/random.ts';
import type { Backend } from '../wire/backend.ts';
import { call, placeOf } from '../wire/call.ts';
import type { OperationName } from '../wire/capabilities.ts';
import { hintFor } from '../wire/hints.ts';
import type { CollectionInfo } from '../wire/operations.ts';
import type { Outcome } from '../wire/outcome.ts';
import type { Pair } from './ask.ts';

/** Documents of one request. */
const BATCH = 256;
/** How often a collection is counted until all documents are visible, and what lies between. */
const LOOKS = 20;
const BETWEEN_LOOKS_MS = 500;

/** What was put into one collection of one backend. */
export interface Ingested {
  /** The side, or what else the backend is known by. */
  readonly side: string;
  readonly collection: string;
  readonly documents: number;
  /** From the first request to the answer of the last, with what was built at the end. */
  readonly tookMs: number;
  /** From then until as many documents were counted; null where they cannot be. */
  readonly readyMs: number | null;
  /** How often they were counted until then: once where all were seen at once. */
  readonly looks: number;
}

/** What was sent, before it is counted. */
type Sent = Omit<Ingested, 'readyMs' | 'looks'>;

/** What ingesting needs. */
export interface IngestOptions extends Pick<Config, 'ingest' | 'force'> {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Seed of the order in which documents go in; absent: the order of the corpus. */
  readonly orderSeed?: number;
}

/**
 * Puts a corpus into both sides as the configuration says, one side after the other, and counts it afterwards.
 * Nothing is dropped; a collection that holds documents is written to only by `always` with `force`.
 * @throws UsageError for a side that takes no documents, and for `always` without `force` where there are some.
 * @throws InfrastructureError where a side fails, or where its collection holds another number in the end.
 */
export async function ingestCorpus(
  pair: Pair,
  corpus: Corpus,
  options: IngestOptions,
): Promise<Ingested[]> {
  return await ingestAll(
    (['incumbent', 'candidate'] as const).map((side) => ({ name: side, backend: pair[side] })),
    corpus,
    options,
  );
}

/** A backend with what messages call it. */
export interface NamedBackend {
  readonly name: string;
  readonly backend: Backend;
}

/** The same for any backends, one after the other. */
export async function ingestAll(
  backends: readonly NamedBackend[],
  corpus: Corpus,
  options: IngestOptions,
): Promise<Ingested[]> {
  const filled: Sent[] = [];
  if (options.ingest === 'never') return [];
  for (const { name, backend } of backends) {
    for (const collection of corpus.collections) {
      if (options.signal.aborted) return [];
      const ingested = await ingestCollection(backend, name, collection, options);
      if (ingested !== null) filled.push(ingested);
    }
  }
  const seen = new Map<string, Pick<Ingested, 'readyMs' | 'looks'>>();
  for (const { name, backend } of backends) {
    for (const collection of corpus.collections) {
      seen.set(
        `${name} ${collection.name}`,
        await visibleAfter(backend, name, collection, options.signal),
      );
    }
  }
  return filled.map((entry) => ({
    ...entry,
    ...(seen.get(`${entry.side} ${entry.collection}`) ?? { readyMs: null, looks: 0 }),
  }));
}

async function ingestCollection(
  backend: Backend,
  side: string,
  { name, documents: inOrder }: Collection,
  { ingest, force, progress, signal, orderSeed }: IngestOptions,
): Promise<Sent | null> {
  const documents =
    orderSeed === undefined ? inOrder : randomStream(orderSeed, `ingest ${name}`).shuffled(inOrder);
  if (backend.capabilities.ingest !== 'texts') {
    const needsVectors = backend.capabilities.ingest === 'vectors';
    throw new UsageError('ingest', `${side} ${backend.label} takes no documents`, {
      hint: needsVectors
        ? 'it takes vectors: name an embedder, e.g. --embed onnx'
        : 'fill it by its own means, and leave out --ingest',
    });
  }
  const { count } = await described(backend, side, name, signal);
  const isEmpty = count === 0;
  if (!isEmpty && ingest === 'if-empty') return null;
  if (!isEmpty && !force) {
    throw new UsageError(
      'ingest-not-empty',
      `${side} ${backend.label}: collection ${name} holds ${count ?? 'unknown'} documents`,
      { hint: '--force replaces those of the same ids; --ingest if-empty leaves it as it is' },
    );
  }
  progress.stage(`ingest ${name} into the ${side}`, documents.length);
  const startedMs = performance.now();
  for (let from = 0; from < documents.length; from += BATCH) {
    if (signal.aborted) return null;
    const batch = documents.slice(from, from + BATCH);
    const isLast = from + BATCH >= documents.length;
    const request = { collection: name, documents: batch, isLast };
    must(await call(backend, 'ingest', request, signal), backend, side, 'ingest', name);
    progress.tick(batch.length);
  }
  const tookMs = performance.now() - startedMs;
  progress.note(
    `${side}: ${counted(documents.length, 'document')} of ${name} ingested in ${(tookMs / 1000).toFixed(1)} s`,
  );
  return { side, collection: name, documents: documents.length, tookMs };
}

/** Waits until the collection holds as many documents as the corpus has, and says how long that took. */
async function visibleAfter(
  backend: Backend,
  side: string,
  { name, documents }: Collection,
  signal: AbortSignal,
): Promise<Pick<Ingested, 'readyMs' | 'looks'>> {
  let count: number | null = 0;
  const startedMs = performance.now();
  for (let looks = 1; looks <= LOOKS; looks++) {
    if (looks > 1) await setTimeout(BETWEEN_LOOKS_MS, undefined, { signal });
    ({ count } = await described(backend, side, name, signal));
    if (count === null) return { readyMs: null, looks };
    if (count === documents.length) return { readyMs: performance.now() - startedMs, looks };
    if (count > documents.length) break;
  }
  throw new InfrastructureError(
    'ingest-count',
    `${side} ${backend.label}: collection ${name} holds ${counted(count ?? 0, 'document')}, the corpus ${documents.length}`,
    {
      hint: 'is it filled with something else, are writes seen only later (bench ingest, and a run some time after), or does one table serve several collections? table={collection} names one each',
      context: { side, collection: name, count, expected: documents.length },
    },
  );
}

async function described(
  backend: Backend,
  side: string,
  collection: string,
  signal: AbortSignal,
): Promise<CollectionInfo> {
  const outcome = await call(backend, 'describe', { collection }, signal);
  return must(outcome, backend, side, 'describe', collection);
}

function must<Value>(
  outcome: Outcome<Value>,
  backend: Backend,
  side: string,
  operation: OperationName,
  collection: string,
): Value {
  if (outcome.kind === 'ok') return outcome.value;
  throw new InfrastructureError(
    'ingest',
    `${side} ${placeOf(backend, operation)} of collection ${collection}: ${outcome.kind}: ${outcome.detail}`,
    { hint: hintFor(outcome), context: { side, operation, collection, outcome: outcome.kind } },
  );
}
