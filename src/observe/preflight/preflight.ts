import type { Collection } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import type { Cell, Side } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { call, placeOf } from '../../wire/call.ts';
import type { CollectionInfo } from '../../wire/operations.ts';
import { dialectCall } from '../../wire/registry.ts';
import { type Pair, requestFor } from '../ask.ts';
import { checkSample } from './check-sample.ts';
import { answerOf, describeCollections } from './describe.ts';

/** What a backend said of itself before measuring began. */
export interface Fingerprint {
  readonly service: string | null;
  readonly version: string | null;
  /** Null where no embedding was asked of it. */
  readonly model: string | null;
  readonly dimension: number | null;
  /** What it says of each collection; empty where it says nothing. */
  readonly collections: Readonly<Record<string, CollectionInfo>>;
}

/** What is asked, and so what both sides are asked for beforehand. */
export interface PreflightOptions {
  readonly collections: readonly Collection[];
  readonly operations: readonly Cell[];
  /** Whose embeddings are needed; the other side is not asked for one. */
  readonly embeds: readonly Side[];
  readonly k: number;
  readonly model: string | null;
  readonly signal: AbortSignal;
}

/**
 * Asks both sides for their health and for each operation that will be measured, before anything is timed: a
 * document by its own text, whose answer must show known ids, scores that fall, and no more rows than were asked for.
 * @throws UsageError for what the capabilities leave out, and for a mistake of a dialect.
 * @throws InfrastructureError that names the side, its place, and what came back.
 */
export async function preflight(
  pair: Pair,
  options: PreflightOptions,
): Promise<Record<Side, Fingerprint>> {
  const of = (side: Side) => ({ ...options, embeds: options.embeds.includes(side) });
  // Both sides before either is asked: what cannot work is known at once.
  for (const side of SIDES) requireOperations(pair[side], side, of(side));
  const incumbent = await preflightBackend(pair.incumbent, 'incumbent', of('incumbent'));
  const candidate = await preflightBackend(pair.candidate, 'candidate', of('candidate'));
  return { incumbent, candidate };
}

const SIDES = ['incumbent', 'candidate'] as const;

/** Whether a backend has what will be asked of it, by its capabilities alone. */
export function requireOperations(
  { capabilities, label }: Backend,
  side: string,
  {
    operations,
    embeds,
  }: { readonly operations: PreflightOptions['operations']; readonly embeds: boolean },
): void {
  for (const operation of operations) {
    if (capabilities.operations[operation] !== undefined) continue;
    throw new UsageError('no-operation', `${side} ${label}: has no ${operation}`, {
      hint: `ask for another operation, e.g. operations: ['${operation === 'search' ? 'retrieve' : 'search'}'] in the configuration, --operation of bench load`,
      context: { side, operation },
    });
  }
  if (!embeds || capabilities.operations.embed !== undefined) return;
  throw new UsageError('no-embedder', `${side} ${label}: has no embed`, {
    hint: 'truth is made from its embeddings: name a side that embeds',
    context: { side, operation: 'embed' },
  });
}

/**
 * The same for one backend, by the name that messages call it.
 * @throws UsageError and InfrastructureError as `preflight` does.
 */
export async function preflightBackend(
  backend: Backend,
  side: string,
  options: Omit<PreflightOptions, 'embeds'> & { readonly embeds: boolean },
): Promise<Fingerprint> {
  const { collections, operations, model, signal } = options;
  const { service, version } = answerOf(await backend.health(signal), backend, side, 'health');
  const named = model === null ? {} : { model };
  const canary = { texts: [sampleText(collections)], kind: 'query', ...named } as const;
  const embedded = options.embeds
    ? answerOf(await call(backend, 'embed', canary, signal), backend, side, 'embed')
    : null;
  const described = await describeCollections(backend, side, collections, signal);
  for (const collection of collections) {
    const document = shortest(collection);
    if (document === null) continue;
    for (const operation of operations) {
      const k = Math.min(options.k, collection.documents.length);
      const asked = { ...document, collections: [collection.name] };
      const request = requestFor(operation, asked, { k, model });
      const outcome = await call(backend, operation, request, signal);
      const at = ` of collection ${collection.name}`;
      const { hits } = answerOf(outcome, backend, side, operation, at);
      const dialect = backend.http?.dialectName;
      checkSample({
        where: `${side} ${placeOf(backend, operation)}`,
        mapping: dialect === undefined ? backend.label : `dialect ${dialect}`,
        isProven: dialect !== undefined && dialectCall(dialect) !== null,
        collection,
        k,
        hits,
      });
    }
  }
  return {
    service,
    version,
    model: embedded?.model ?? null,
    dimension: embedded?.dimension ?? null,
    collections: described,
  };
}

/** The document with the shortest text that is not blank: some backends limit the length of a query. */
function shortest({
  documents,
}: Collection): { readonly id: string; readonly text: string } | null {
  let best: Collection['documents'][number] | null = null;
  for (const document of documents) {
    if (document.text.trim() === '') continue;
    if (best === null || document.text.length < best.text.length) best = document;
  }
  return best === null ? null : { id: best.id, text: best.text };
}

/** A text of the corpus, since an embedder may know no other. */
function sampleText(collections: readonly Collection[]): string {
  const [collection] = collections;
  return (collection === undefined ? null : shortest(collection)?.text) ?? 'parity canary';
}
