import type { Backend } from '../backend.ts';
import type { OperationTypes, RequestOf, RetrieveRequest, SearchRequest } from '../operations.ts';
import type { HttpAccess } from './access.ts';

/**
 * The raw requests of an index whose texts are embedded elsewhere: a text goes as its vector where that is known, and
 * is no request otherwise. The index embeds nothing.
 */
export function askedByKnown(http: HttpAccess, known: NonNullable<Backend['known']>): HttpAccess {
  const byVector = <Request extends SearchRequest | RetrieveRequest>({
    text,
    model,
    ...rest
  }: Request): object | null => {
    if (text === undefined) return rest;
    const vector = known(text, model ?? null);
    return vector === null ? null : { ...rest, vector };
  };
  return {
    ...http,
    encode: <Name extends keyof OperationTypes>(name: Name, request: RequestOf<Name>) => {
      if (name === 'embed') return null;
      if (name !== 'search' && name !== 'retrieve') return http.encode(name, request);
      const asked = byVector(request as SearchRequest | RetrieveRequest);
      return asked === null ? null : http.encode(name, asked as RequestOf<Name>);
    },
  };
}
