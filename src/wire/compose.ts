import { UsageError } from '../errors.ts';
import type { Backend, Operation } from './backend.ts';
import { call } from './call.ts';
import type { Capabilities, QueryForms } from './capabilities.ts';
import { embedHalving } from './embedders/embed-halving.ts';
import { askedByKnown } from './http/asked-by-known.ts';
import type { EmbedRequest, RetrieveRequest, SearchRequest } from './operations.ts';
import type { Outcome } from './outcome.ts';

/** The parts of a composed backend. */
export interface ComposeOptions {
  /** What embeds: a backend with `embed`. */
  readonly embed: Backend;
  /** What searches by vector. */
  readonly index: Backend;
}

/**
 * A backend of an embedder and an index: a text is embedded, then the index is asked by its vector, and both take
 * part in the time; what the embedder fails is said to be of it. Documents without vectors are embedded before they are
 * taken in. All else is the index's; its raw requests are those of texts that the embedder knows the vectors of.
 * `close` closes both.
 * @throws UsageError where the one cannot embed, or the other takes no vector.
 */
export function compose({ embed, index }: ComposeOptions): Backend {
  const { search, retrieve } = index.capabilities.queries;
  if (embed.capabilities.operations.embed === undefined) {
    throw new UsageError('compose', `${embed.label} cannot embed`, {
      hint: 'name a backend that has embed',
    });
  }
  if (search?.vector !== true && retrieve?.vector !== true) {
    throw new UsageError('compose', `${index.label} cannot be asked by vector`, {
      hint: 'a side that embeds by itself needs no embedder',
    });
  }
  const embedded = (
    texts: readonly string[],
    kind: EmbedRequest['kind'],
    model: string | undefined,
    signal: AbortSignal | undefined,
  ) => call(embed, 'embed', { texts, kind, ...(model === undefined ? {} : { model }) }, signal);

  /** The request by the vector of its text; why there is none, where embedding failed. */
  const byVector = async <Request extends SearchRequest | RetrieveRequest>(
    request: Request,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<Request> | null> => {
    if (request.text === undefined) return null;
    const { text, model, ...rest } = request;
    const outcome = await embedded([text], 'query', model, signal);
    if (outcome.kind !== 'ok') return { ...outcome, detail: `${embed.label}: ${outcome.detail}` };
    const [vector] = outcome.value.vectors;
    if (vector === undefined) {
      const { status, sizeBytes, timing } = outcome;
      const detail = `${embed.label} gave no vector`;
      return { kind: 'malformed', status, detail, sizeBytes, timing };
    }
    return { ...outcome, value: { ...rest, vector } as unknown as Request };
  };
  const asked =
    <Name extends 'search' | 'retrieve'>(name: Name): Operation<Name> =>
    async (request, signal) => {
      const vector = await byVector(request, signal);
      if (vector === null) return await call(index, name, request, signal);
      if (vector.kind !== 'ok') return vector;
      return since(vector, await call(index, name, vector.value, signal));
    };
  const ingest: Operation<'ingest'> = async (request, signal) => {
    const texts = request.documents.flatMap(({ text, vector }) => (vector ? [] : [text]));
    if (texts.length === 0) return await call(index, 'ingest', request, signal);
    const { outcome, refused } = await embedHalving(embed, texts, signal);
    if (outcome.kind !== 'ok') {
      const without = request.documents.filter(({ vector }) => vector === undefined);
      const id = refused === null ? undefined : without[refused]?.id;
      const detail = `${embed.label}: ${outcome.detail}`;
      return { ...outcome, detail: id === undefined ? detail : `document ${id}: ${detail}` };
    }
    const vectors = outcome.value.vectors.values();
    const documents = request.documents.map((document) => {
      const vector = document.vector ?? vectors.next().value;
      return vector === undefined ? document : { ...document, vector };
    });
    return since(outcome, await call(index, 'ingest', { ...request, documents }, signal));
  };

  const embedOperation = embed.embed;
  const { http, searches, ...parts } = index;
  const { known } = embed;
  return {
    ...parts,
    ...(known === undefined ? {} : { known }),
    ...(http === undefined ? {} : { http: askedByKnown(http, known ?? (() => null)) }),
    label: `${index.label} + ${embed.label}`,
    fingerprint: `${embed.fingerprint} → ${index.fingerprint}`,
    capabilities: composed(embed.capabilities, index.capabilities),
    ...(embedOperation === undefined ? {} : { embed: embedOperation }),
    ...(search?.vector === true ? { search: asked('search') } : {}),
    ...(retrieve?.vector === true ? { retrieve: asked('retrieve') } : {}),
    ...(index.capabilities.ingest === 'vectors' ? { ingest } : {}),
    health: async (signal) => {
      const outcome = await embed.health(signal);
      if (outcome.kind !== 'ok') return outcome;
      return since(outcome, await index.health(signal));
    },
    ...(searches === undefined
      ? {}
      : {
          searches: searches
            .filter(({ backend }) => backend.capabilities.queries.search?.vector === true)
            .map(({ endpoint, backend }) => ({
              endpoint,
              backend: compose({ embed, index: backend }),
            })),
        }),
    close: async () => {
      await Promise.all([embed.close(), index.close()]);
    },
  };
}

/** An outcome that began with an earlier one. */
function since<Value>(first: Outcome<unknown>, last: Outcome<Value>): Outcome<Value> {
  const timing = { startedMs: first.timing.startedMs, endedMs: last.timing.endedMs };
  return { ...last, sizeBytes: first.sizeBytes + last.sizeBytes, timing };
}

function composed(embed: Capabilities, index: Capabilities): Capabilities {
  const path = embed.operations.embed;
  const byText = (forms: QueryForms): QueryForms => ({
    ...forms,
    text: forms.text || forms.vector,
  });
  const { search, retrieve } = index.queries;
  return {
    ...index,
    operations: { ...index.operations, ...(path === undefined ? {} : { embed: path }) },
    queries: {
      ...(search === undefined ? {} : { search: byText(search) }),
      ...(retrieve === undefined ? {} : { retrieve: byText(retrieve) }),
    },
    ingest: index.ingest === 'vectors' ? 'texts' : index.ingest,
    embed: embed.embed,
    readOnly: [...new Set([...index.readOnly, 'embed' as const])],
  };
}
