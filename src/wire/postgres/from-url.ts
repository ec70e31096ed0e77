import type { Backend } from '../backend.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import { filePathOf, type UrlParameters } from '../driver/url.ts';
import type { PgvectorTableOptions } from './options.ts';
import type { PgServer } from './pg-connections.ts';
import { pglite } from './pglite.ts';
import { pgvector } from './pgvector.ts';

/** `pglite:memory?…` or `pglite://FOLDER?…`. */
export const pgliteOfUrl: OfUrl = ({ parameters }, text, { timeouts }): Backend => {
  const path = filePathOf(text);
  const table = tableOptions(parameters);
  parameters.end();
  return pglite({
    ...table,
    timeouts,
    ...(/^pglite:memory(\?|$)/i.test(text) ? {} : { folder: path }),
  });
};

/** `pgvector://user@host:5432/database?…`. */
export const pgvectorOfUrl: OfUrl = (url, _text, { timeouts }): Backend => {
  const tls = url.parameters.flag('tls');
  const connections = url.parameters.whole('connections');
  const table = tableOptions(url.parameters);
  url.parameters.end();
  const server = given<PgServer>({
    host: url.host || undefined,
    port: url.port ?? undefined,
    user: url.user || undefined,
    database: url.path || undefined,
    password: undefined,
    tls,
    connections,
  });
  return pgvector({ ...table, ...server, timeouts });
};

function tableOptions(parameters: UrlParameters): PgvectorTableOptions {
  const { text, whole, flag, oneOf } = parameters;
  const metadata = text('metadata');
  const all = {
    table: text('table'),
    idColumn: text('id'),
    vectorColumn: text('vector'),
    metadataColumn: metadata === 'columns' ? null : metadata,
    distance: oneOf('distance', ['cosine', 'dot', 'euclidean', 'manhattan']),
    type: oneOf('type', ['vector', 'halfvec']),
    index: oneOf('index', ['hnsw', 'ivfflat', 'none']),
    m: whole('m'),
    efConstruction: whole('ef_construction'),
    lists: whole('lists'),
    effort: whole('effort') ?? whole('ef_search') ?? whole('probes'),
    iterativeScan: oneOf('iterative_scan', ['off', 'strict_order', 'relaxed_order']),
    seqscan: flag('seqscan'),
    exact: flag('exact'),
  };
  return given<PgvectorTableOptions>(all);
}
