import { counted } from '../../counted.ts';
import {
  type Dialect,
  type EncodeContext,
  MalformedReplyError,
  NO_HANDLES,
  type Route,
  UnsupportedRequestError,
  type WireReply,
} from '../dialect.ts';
import type { VectorQuery } from '../driver/driver.ts';
import { mergeHits } from '../json/hits.ts';
import type { Distance, Hit, RetrieveRequest, SearchRequest } from '../operations.ts';
import { type Engine, type EngineRoute, type Place, withDefaults } from './engine.ts';

/** The dialect of an engine: asked by vector; several collections are several requests, merged by similarity. */
export function vectorDialect(engine: Engine): Dialect {
  const options = withDefaults(engine);
  const { name, mapping, nameOf = (collection) => collection, search } = engine;
  const placeOf = (collection: string, context: EncodeContext | null): Place => {
    const handle = context?.handleOf(collection) ?? {};
    const distance = (handle.distance ?? options.distance) as Distance;
    const own = nameOf(options.collection.replaceAll('{collection}', collection));
    return { name: own, handle, distance };
  };
  const routed = <Request extends { readonly collection: string }, Response>(
    route: EngineRoute<Request, Response>,
    knows: boolean,
  ): Route<Request, Response> => {
    const at = (request: Request, context: EncodeContext) =>
      placeOf(request.collection, knows ? context : null);
    const { next } = route;
    return {
      path: route.path,
      encode: (request, context) => route.encode(at(request, context), request),
      ...(next === undefined
        ? {}
        : {
            next: (replies, request, context) => next(replies, at(request, context), request),
          }),
      decode: (replies, request, context = NO_HANDLES) =>
        route.decode(replies, at(request, context), request),
    };
  };
  const hitsOf = (
    reply: WireReply | undefined,
    query: VectorQuery,
    context: EncodeContext,
  ): Hit[] => {
    if (reply === undefined) throw new MalformedReplyError('expected one reply, got none');
    const place = placeOf(query.collection, context);
    const similarity = engine.similarity[place.distance] ?? (() => Number.NaN);
    return search.decode(reply, place, query).map(({ id, rawScore }) => ({
      id,
      collection: query.collection,
      similarity: similarity(rawScore),
      rawScore,
    }));
  };
  const asked = (request: Omit<SearchRequest, 'collection'>, collection: string): VectorQuery => {
    const { vector, k, filter, effort = null, exact = false } = request;
    if (vector === undefined) throw new UnsupportedRequestError('takes a vector, not text');
    if (engine.maxK !== null && k > engine.maxK) {
      throw new UnsupportedRequestError(`gives at most ${counted(engine.maxK, 'row')}, not ${k}`);
    }
    const isFiltered = filter !== undefined && Object.keys(filter).length > 0;
    return { collection, vector, k, filter: isFiltered ? filter : null, effort, exact };
  };
  const ofEach = ({ collections, perCollectionK, k, ...request }: RetrieveRequest) =>
    collections.map((collection) => asked({ ...request, k: perCollectionK ?? k }, collection));

  return {
    name,
    fingerprint: `${name}@${mapping} ${JSON.stringify(engine.options)}`,
    health: engine.health,
    describe: routed(described(engine), false),
    search: {
      path: search.path,
      encode: (request, context) => [
        search.encode(placeOf(request.collection, context), asked(request, request.collection)),
      ],
      decode: ([reply], request, context = NO_HANDLES) => ({
        hits: hitsOf(reply, asked(request, request.collection), context),
      }),
    },
    retrieve: {
      path: search.path,
      encode: (request, context) =>
        ofEach(request).map((query) => search.encode(placeOf(query.collection, context), query)),
      decode: (replies, request, context = NO_HANDLES) => {
        const lists = ofEach(request).map((query, at) => hitsOf(replies[at], query, context));
        // One list is left as it came: more rows than were asked for is a finding, not to be hidden.
        return { hits: lists.length === 1 ? (lists[0] ?? []) : mergeHits(lists, request.k) };
      },
    },
    ...(engine.list === undefined ? {} : { list: routed(engine.list, true) }),
    ...(engine.ingest === undefined ? {} : { ingest: routed(engine.ingest, true) }),
    takes: { ...engine.takes, vectors: engine.list !== undefined },
  };
}

/** What an engine says of a collection, with what its side was told to. */
function described({ describe, options }: Engine): Engine['describe'] {
  const exactAsked = 'exact' in options && options.exact === true;
  return {
    ...describe,
    decode: (replies, place, request) => {
      const info = describe.decode(replies, place, request);
      const { quantisation, quantisationAsked = false } = info;
      const isMeant = quantisation !== null && options.quantised === quantisation;
      return {
        ...info,
        ...(quantisationAsked || isMeant ? { quantisationAsked: true } : {}),
        ...(exactAsked ? { exactAsked } : {}),
      };
    },
  };
}
