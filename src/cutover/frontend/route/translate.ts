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
        if (only === undefined || more.length > 0 || !saysAll(read, encode)) return null;
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

/** Members of a question that a backend may have no word for. */
const MEMBERS = ['k', 'perCollectionK', 'filter', 'model', 'effort', 'exact'] as const;

/** Whether each member of a question makes another request: one that makes none is left out of what is asked. */
function saysAll(
  read: ReadRequest,
  encode: (read: ReadRequest) => readonly WireRequest[],
): boolean {
  const asked = ({ operation }: ReadRequest, request: object) =>
    JSON.stringify(encode({ operation, request } as ReadRequest));
  const whole = asked(read, read.request);
  const members = new Map<string, unknown>(Object.entries(read.request));
  return MEMBERS.every((name) => {
    const value = members.get(name);
    if (value === undefined || value === false) return true;
    const other = typeof value === 'number' ? { [name]: value + 1 } : { [name]: undefined };
    return asked(read, { ...read.request, ...other }) !== whole;
  });
}
