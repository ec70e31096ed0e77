import type { Backend } from '../backend.ts';
import { type Dialect, MalformedReplyError, type WireReply, type WireRequest } from '../dialect.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import type { UrlParameters } from '../driver/url.ts';
import { http } from '../http/http-backend.ts';
import type { EmbedRequest } from '../operations.ts';

/** What every embedder over HTTP is told. */
export interface EmbedderOptions {
  readonly model?: string;
  /** Put before each query and each document: some models were trained with it. */
  readonly queryPrefix?: string;
  readonly documentPrefix?: string;
  /** Dimensions of a model that can give fewer. */
  readonly dimensions?: number;
  /** Most texts of one request; default what the service allows. */
  readonly batch?: number;
}

/** How one embedder is spoken to. */
export interface EmbedderForm {
  readonly name: string;
  /** Raised with every change of the mapping. */
  readonly mapping: number;
  readonly options: EmbedderOptions;
  /** Most texts of one request that the service takes. */
  readonly batch: number;
  readonly health: Dialect['health'];
  readonly path: string;
  /** The request for texts that have their prefixes; `kind` for services that are told it. */
  readonly encode: (texts: readonly string[], kind: EmbedRequest['kind'], model: string) => object;
  /** One vector a text, in the order of the texts, and the model that made them. */
  readonly decode: (
    reply: WireReply,
    count: number,
  ) => { readonly vectors: readonly Float32Array[]; readonly model: string | null };
}

/** The dialect of an embedder: texts go in batches, one after the other, and come back as one list. */
export function embedderDialect(form: EmbedderForm): Dialect {
  const { name, mapping, options, path } = form;
  const batch = Math.max(1, Math.min(options.batch ?? form.batch, form.batch));
  const prefixes = { query: options.queryPrefix ?? '', document: options.documentPrefix ?? '' };
  const batchesOf = <Item>(items: readonly Item[]): Item[][] =>
    Array.from({ length: Math.ceil(items.length / batch) }, (_, at) =>
      items.slice(at * batch, (at + 1) * batch),
    );
  return {
    name,
    fingerprint: `${name}@${mapping} ${JSON.stringify(options)}`,
    health: form.health,
    embed: {
      path,
      encode: ({ texts, kind, model = options.model ?? '' }) =>
        batchesOf(texts).map(
          (each): WireRequest => ({
            method: 'POST',
            path,
            json: form.encode(
              each.map((text) => `${prefixes[kind]}${text}`),
              kind,
              model,
            ),
          }),
        ),
      decode: (replies, { texts }) => {
        const parts = batchesOf(texts).map((each, at) => {
          const reply = replies[at];
          if (reply === undefined) throw new MalformedReplyError(`no reply to batch ${at + 1}`);
          return form.decode(reply, each.length);
        });
        const vectors = parts.flatMap((part) => part.vectors);
        const dimension = vectors[0]?.length ?? 0;
        if (vectors.some(({ length }) => length !== dimension)) {
          throw new MalformedReplyError('vectors of several dimensions');
        }
        // Many a service leaves out what it does not know.
        if (options.dimensions !== undefined && dimension !== options.dimensions) {
          throw new MalformedReplyError(
            `vectors of ${dimension} dimensions where ${options.dimensions} were asked for`,
          );
        }
        return { vectors, dimension, model: parts[0]?.model ?? options.model ?? null };
      },
    },
    takes: { embed: { maxTexts: batch, maxTextLength: null } },
  };
}

/** How the URL of an embedder is read: `SCHEME://host:port/path?model=…`. */
export interface EmbedderUrl<Options extends EmbedderOptions> {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Variable of the environment with a key that is sent as a bearer token. */
  readonly key: string;
  readonly own?: (parameters: UrlParameters) => {
    readonly [Name in keyof Omit<Options, keyof EmbedderOptions>]: Options[Name] | undefined;
  };
  readonly dialect: (options: Options) => Dialect;
}

/** Makes an embedder of its URL; a path goes before those of the service. */
export function embedderOfUrl<Options extends EmbedderOptions>(form: EmbedderUrl<Options>): OfUrl {
  return (url, _text, { timeouts, env }): Backend => {
    const { text, whole, flag } = url.parameters;
    const common = {
      model: text('model'),
      queryPrefix: text('query_prefix'),
      documentPrefix: text('document_prefix'),
      dimensions: whole('dimensions'),
      batch: whole('batch'),
    };
    const tls = flag('tls') ?? form.tls;
    const options = given<Options>({ ...common, ...form.own?.(url.parameters) } as never);
    url.parameters.end();
    const dialect = form.dialect(options);
    const host = url.host || form.host;
    const place = `${host}:${url.port ?? (tls ? 443 : form.port)}`;
    const path = url.path === '' ? '' : `/${url.path.replace(/\/+$/, '')}`;
    const key = env[form.key];
    const backend = http({
      url: `${tls ? 'https' : 'http'}://${place}${path}`,
      dialect,
      headers: key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` },
      timeouts,
    });
    return { ...backend, label: [dialect.name, place, options.model ?? ''].join(' ').trim() };
  };
}
