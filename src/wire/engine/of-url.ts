import type { Backend } from '../backend.ts';
import type { Dialect } from '../dialect.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import type { UrlParameters } from '../driver/url.ts';
import { http } from '../http/http-backend.ts';
import type { EngineOptions } from './engine.ts';

/** How the URL of one kind of engine is read. */
export interface EngineUrl<Options extends EngineOptions> {
  readonly port: number;
  /** TLS where the URL does not say; default none. */
  readonly tls?: boolean;
  /** Whether its own ids are those of the corpus, and no field holds them. */
  readonly ownIds?: true;
  /** Variable of the environment with the secret, and the header that carries it. */
  readonly key: string;
  readonly header: (key: string, user: string) => Readonly<Record<string, string>>;
  /** Headers that are no secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What this engine alone is told. */
  readonly own: (parameters: UrlParameters) => {
    readonly [Name in keyof Omit<Options, keyof EngineOptions>]: Options[Name] | undefined;
  };
  readonly dialect: (options: Options) => Dialect;
}

/** `SCHEME://user@host:port/COLLECTION?id=&distance=&quantised=&tls=&…`; the secret is in the environment. */
export function engineOfUrl<Options extends EngineOptions>(engine: EngineUrl<Options>): OfUrl {
  return (url, _text, { timeouts, env }): Backend => {
    const { text, flag, oneOf } = url.parameters;
    const common = {
      collection: url.path || undefined,
      ...(engine.ownIds === true ? {} : { idField: text('id') }),
      quantised: text('quantised'),
      distance: oneOf('distance', ['cosine', 'dot', 'euclidean', 'manhattan', 'hamming']),
    };
    const tls = flag('tls') ?? engine.tls ?? false;
    const options = given<Options>({ ...common, ...engine.own(url.parameters) } as never);
    url.parameters.end();
    const key = env[engine.key];
    const place = `${url.host || '127.0.0.1'}:${url.port ?? (tls ? 443 : engine.port)}`;
    const dialect = engine.dialect(options);
    const backend = http({
      url: `${tls ? 'https' : 'http'}://${place}`,
      dialect,
      headers: {
        ...engine.headers,
        ...(key === undefined || key === '' ? {} : engine.header(key, url.user)),
      },
      timeouts,
    });
    return { ...backend, label: `${dialect.name} ${place}/${url.path || '{collection}'}` };
  };
}

/** The header of a bearer token. */
export function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` };
}

/** The header of a key, by its name. */
export function keyHeader(name: string): (key: string) => Readonly<Record<string, string>> {
  return (key) => ({ [name]: key });
}
