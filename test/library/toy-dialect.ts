import {
  type Dialect,
  type HitsResponse,
  MalformedReplyError,
  type Route,
  type WireReply,
  type WireRequest,
} from 'retrieval-parity';

/** A dialect of one's own, written from what the package exports: a question is `{q, n}`, an answer `[[id, score], …]`. */
export function toyDialect(): Dialect {
  return {
    name: 'toy',
    fingerprint: 'toy@1',
    health: {
      path: '/alive',
      encode: () => [{ method: 'GET', path: '/alive' }],
      decode: () => ({ service: 'toy', version: null }),
    },
    embed: {
      path: '/embed',
      encode: ({ texts }) => [post('/embed', { t: texts })],
      decode: (replies) => {
        const rows = arrayOf(replies).map((row) => Float32Array.from(row as number[]));
        return { vectors: rows, dimension: rows[0]?.length ?? 0, model: 'words' };
      },
    },
    search: asking(({ text, k }) => ({ text, k })),
    retrieve: asking(({ text, k }) => ({ text, k })),
  };
}

function asking<Request>(
  of: (request: Request) => { readonly text?: string | undefined; readonly k: number },
): Route<Request, HitsResponse> {
  return {
    path: '/ask',
    encode: (request) => {
      const { text, k } = of(request);
      return [post('/ask', { q: text, n: k })];
    },
    decode: (replies) => ({
      hits: (arrayOf(replies) as [string, number][]).map(([id, score]) => ({
        id,
        collection: null,
        similarity: score,
        rawScore: score,
      })),
    }),
  };
}

function post(path: string, json: unknown): WireRequest {
  return { method: 'POST', path, json };
}

function arrayOf([reply]: readonly WireReply[]): readonly unknown[] {
  const value: unknown = JSON.parse(new TextDecoder().decode(reply?.bytes));
  if (Array.isArray(value)) return value;
  throw new MalformedReplyError('expected an array');
}
