import { UsageError } from '../../../errors.ts';
import {
  type Dialect,
  NO_HANDLES,
  type ReadRequest,
  UnsupportedRequestError,
  type WireRequest,
} from '../../../wire/dialect.ts';
import { readQuestion } from '../../../wire/http/seen-exchange.ts';
import type { ResponseAdapter } from '../types.ts';
import type { RequestTranslator } from './evidence-route.ts';

/** What a path of the incumbent is on the candidate. */
export interface TranslatedPath {
  readonly candidatePath: string;
  readonly translate: RequestTranslator;
}

/**
 * A translator of one path: the incumbent's dialect reads the question, the candidate's asks it, an adapter gives the
 * answer the incumbent's shape.
 * @throws UsageError where the path is no search of the incumbent, or the candidate's has no adapter.
 */
export function translatorFor(
  path: string,
  incumbent: Dialect,
  candidate: Dialect,
  adapters: ReadonlyMap<string, ResponseAdapter>,
): TranslatedPath {
  const operation = (['search', 'retrieve'] as const).find(
    (name) => incumbent[name]?.path === path,
  );
  const route = operation === undefined ? undefined : candidate[operation];
  if (operation === undefined || route === undefined || incumbent.decodeRequest === undefined) {
    throw new UsageError('route-path', `${path} is no search that both dialects know`, {
      hint: `paths of ${incumbent.name}: ${incumbent.search?.path ?? '–'} and ${incumbent.retrieve?.path ?? '–'}`,
    });
  }
  const adapter = adapters.get(route.path);
  if (adapter === undefined) {
    throw new UsageError('route-adapter', `no adapter gives ${route.path} the shape of ${path}`, {
      hint: 'name a module that has one by --adapters; bench drift --emit-dialect writes one',
    });
  }
  const encode = (read: ReadRequest): readonly WireRequest[] =>
    read.operation === 'search'
      ? (candidate.search?.encode(read.request, NO_HANDLES) ?? [])
      : (candidate.retrieve?.encode(read.request, NO_HANDLES) ?? []);
  return {
    candidatePath: route.path,
    translate: ({ method, path: target, body }) => {
      // What a query string says reaches nobody else.
      if (target !== path) return null;
      const read = readQuestion(incumbent, { method, path: target, body });
      if (read === null || read.operation !== operation) return null;
      try {
        const [only, ...more] = encode(read);
        if (only === undefined || more.length > 0) return null;
        return {
          method: only.method,
          path: only.path,
          body: Buffer.from(JSON.stringify(only.json)),
          adapter,
        };
      } catch (error) {
        if (error instanceof UnsupportedRequestError) return null;
        throw error;
      }
    },
  };
}
