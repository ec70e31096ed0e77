import type { Collection } from '../corpus/types.ts';
import { InfrastructureError, UsageError } from '../errors.ts';
import type { Cell, Side } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call, placeOf } from '../wire/call.ts';
import type { OperationName } from '../wire/capabilities.ts';
import { hintFor } from '../wire/hints.ts';
import type { CollectionInfo } from '../wire/operations.ts';
import type { Outcome } from '../wire/outcome.ts';
import { dialectCall } from '../wire/registry.ts';
import { type Pair, requestFor } from './ask.ts';
import { checkSample } from './check-sample.ts';

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
  requireOperations(pair, options);
  const incumbent = await preflightSide(pair.incumbent, 'incumbent', options);
  const candidate = await preflightSide(pair.candidate, 'candidate', options);
  return { incumbent, candidate };
}

/** Both sides before either is asked: what cannot work is known at once. */
function requireOperations(pair: Pair, { operations, embeds }: PreflightOptions): void {
  for (const side of ['incumbent', 'candidate'] as const) {
    const { capabilities, label } = pair[side];
    for (const operation of operations) {
      if (capabilities.operations[operation] !== undefined) continue;
      throw new UsageError('no-operation', `${side} ${label}: has no ${operation}`, {
        hint: `ask for another operation, e.g. operations: ['${operation === 'search' ? 'retrieve' : 'search'}'] in the configuration, --operation of bench load`,
        context: { side, operation },
      });
    }
    if (!embeds.includes(side) || capabilities.operations.embed !== undefined) continue;
    throw new UsageError('no-embedder', `${side} ${label}: has no embed`, {
      hint: 'truth is made from its embeddings: name a side that embeds',
      context: { side, operation: 'embed' },
    });
  }
}

async function preflightSide(
  backend: Backend,
  side: Side,
  options: PreflightOptions,
): Promise<Fingerprint> {
  const { collections, operations, model, signal } = options;
  const must = <Value>(outcome: Outcome<Value>, operation: OperationName, at = ''): Value => {
    if (outcome.kind === 'ok') return outcome.value;
    const status = outcome.status === null ? '' : ` ${outcome.status}`;
    throw new InfrastructureError(
      'preflight',
      `preflight: ${side} ${placeOf(backend, operation)}${at}: ${outcome.kind}${status}: ${outcome.detail}`,
      { hint: hintFor(outcome), context: { side, operation, outcome: outcome.kind } },
    );
  };
  const { service, version } = must(await backend.health(signal), 'health');
  const named = model === null ? {} : { model };
  const embedded = options.embeds.includes(side)
    ? must(
        await call(
          backend,
          'embed',
          { texts: [sampleText(collections)], kind: 'query', ...named },
          signal,
        ),
        'embed',
      )
    : null;
  const described: Record<string, CollectionInfo> = {};
  for (const collection of collections) {
    const at = ` of collection ${collection.name}`;
    if (backend.capabilities.operations.describe !== undefined) {
      described[collection.name] = must(
        await call(backend, 'describe', { collection: collection.name }, signal),
        'describe',
        at,
      );
    }
    const document = collection.documents.find(({ text }) => text.trim() !== '');
    if (document === undefined) continue;
    for (const operation of operations) {
      const k = Math.min(options.k, collection.documents.length);
      const asked = { ...document, collections: [collection.name] };
      const request = requestFor(operation, asked, { k, model });
      const { hits } = must(await call(backend, operation, request, signal), operation, at);
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

/** A text of the corpus, since an embedder may know no other. */
function sampleText(collections: readonly Collection[]): string {
  const texts = collections.flatMap(({ documents }) => documents.slice(0, 1));
  return texts[0]?.text ?? 'parity canary';
}
