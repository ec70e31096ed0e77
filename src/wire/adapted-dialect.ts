import { createHash } from 'node:crypto';
import { type Dialect, MalformedReplyError, type Route, type WireReply } from './dialect.ts';
import { adaptResponse, type FieldMapping } from './field-mapping.ts';
import { exactText } from './json/exact-json.ts';
import { jsonOf } from './json/json-reply.ts';

/** What an adapted dialect is made of. */
export interface AdaptedDialectOptions {
  readonly name: string;
  /** Encodes requests, and reads what no mapping adapts. */
  readonly requests: Dialect;
  /** Reads responses after they were adapted to its shape. */
  readonly responses: Dialect;
  /** Field mappings by operation: `embed`, `search`, `retrieve`. */
  readonly mappings: Readonly<Record<string, readonly FieldMapping[]>>;
}

/**
 * A dialect that sends one dialect's requests and reads the responses as another's, after adapting them field
 * by field. A request that the second would have made otherwise (several collections) is read by the first.
 */
export function adaptedDialect(options: AdaptedDialectOptions): Dialect {
  const { name, requests, responses, mappings } = options;
  const digest = createHash('sha256').update(JSON.stringify(mappings)).digest('hex').slice(0, 12);
  return {
    ...requests,
    name,
    fingerprint: `${name}@${digest} (${requests.fingerprint} → ${responses.fingerprint})`,
    ...routed('embed', requests.embed, responses.embed, mappings.embed),
    ...routed('search', requests.search, responses.search, mappings.search),
    ...routed('retrieve', requests.retrieve, responses.retrieve, mappings.retrieve),
  };
}

function routed<Name extends string, Request, Response>(
  name: Name,
  sending: Route<Request, Response> | undefined,
  reading: Route<Request, Response> | undefined,
  fields: readonly FieldMapping[] | undefined,
): { readonly [Key in Name]?: Route<Request, Response> } {
  if (sending === undefined || reading === undefined || fields === undefined) return {};
  const route: Route<Request, Response> = {
    path: sending.path,
    encode: sending.encode,
    decode: (replies, request, context) => {
      const [only] = replies;
      if (only === undefined) throw new MalformedReplyError('expected one reply, got none');
      const several = (request as { readonly collections?: readonly string[] }).collections;
      if (replies.length > 1 || (several !== undefined && several.length > 1)) {
        return sending.decode(replies, request, context);
      }
      return reading.decode([adapted(fields, only)], request, context);
    },
  };
  return { [name]: route } as { readonly [Key in Name]?: Route<Request, Response> };
}

function adapted(fields: readonly FieldMapping[], reply: WireReply): WireReply {
  const bytes = new TextEncoder().encode(exactText(adaptResponse(fields, jsonOf(reply))));
  return { status: reply.status, contentType: 'application/json', bytes };
}
