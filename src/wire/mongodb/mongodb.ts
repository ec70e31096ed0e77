import type { Backend } from '../backend.ts';
import { guardedLookup } from '../bounds/guard-connect.ts';
import { guardReader } from '../bounds/guard-reader.ts';
import type { Driver } from '../driver/driver.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import { importPeer } from '../driver/peer.ts';
import { messageChecker } from './check-messages.ts';
import { mongodbFailureOf } from './failure.ts';
import type { MongodbCollection } from './options.ts';
import { mongodbSession } from './session.ts';

/** Where a deployment of MongoDB with vector search is, and how its collections are searched. */
export interface MongodbOptions extends Partial<Omit<MongodbCollection, 'isAsked'>> {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  /** Database of the user; default `admin`. */
  readonly authSource?: string;
  /** Default `test`. */
  readonly database?: string;
  /** The host is looked up in DNS (`mongodb+srv:`, as Atlas names clusters); TLS is on then. */
  readonly srv?: boolean;
  /** TLS, verified; default none without `srv`. */
  readonly tls?: boolean;
  /** Most connections open at once (default 32); more requests than that wait, and the wait counts. */
  readonly connections?: number;
  readonly timeouts?: DriverTimeouts & {
    /** Until a server is found and a connection stands; default 2000. */
    readonly connectMs?: number;
  };
}

const OPERATIONS: Driver['operations'] = {
  health: 'buildInfo',
  describe: '$listSearchIndexes',
  search: '$vectorSearch',
  list: 'find',
  ingest: 'bulkWrite',
};

/**
 * MongoDB's vector search (Atlas, a local Atlas deployment, or the community server with its search server), through
 * the client library `mongodb` (a package to install). A search is one aggregation; the library tries nothing again.
 * No connection is made before the first operation.
 */
export function mongodb(options: MongodbOptions = {}): Backend {
  const { timeouts = {}, host = '127.0.0.1', user, password, authSource, ...more } = options;
  const { database = 'test', srv = false, port = 27017, tls, connections = 32, ...rest } = more;
  const collection: MongodbCollection = {
    collection: '{collection}',
    index: 'vector_index',
    idField: '_id',
    vectorField: 'embedding',
    metadataField: 'metadata',
    distance: 'cosine',
    quantisation: 'none',
    isAsked: rest.quantisation !== undefined,
    method: 'hnsw',
    exact: false,
    ...rest,
  };
  const { connectMs = 2_000 } = timeouts;
  const place = srv ? host : `${host}:${port}`;
  const how = collection.exact ? 'exact' : collection.index;
  return driverBackend(
    {
      label: `mongodb ${place}/${database}.${collection.collection} · ${how}`,
      fingerprint: `mongodb@1 ${JSON.stringify({ ...collection, isAsked: undefined })}`,
      secrets: [password],
      operations: OPERATIONS,
      exact: 'query',
      effort: 'numCandidates',
      open: async () => {
        const library = await importPeer('mongodb', '7.9.0', () => import('mongodb'));
        const client = new library.MongoClient(`mongodb${srv ? '+srv' : ''}://${place}/`, {
          appName: 'retrieval-parity',
          ...(user === undefined ? {} : { auth: given({ username: user, password }) }),
          ...given({ authSource, tls }),
          ...(srv ? {} : { directConnection: true }),
          lookup: guardedLookup((socket) => void guardReader(socket, messageChecker())),
          serverSelectionTimeoutMS: connectMs,
          connectTimeoutMS: connectMs,
          maxPoolSize: connections,
          retryReads: false,
          retryWrites: false,
          maxAdaptiveRetries: 0,
        });
        try {
          await client.connect();
        } catch (error) {
          // A client that could not connect never does.
          await client.close();
          throw error;
        }
        return mongodbSession({ library, client, database, options: collection });
      },
      failureOf: mongodbFailureOf,
    },
    timeouts,
  );
}

/** `mongodb://user@host:27017/database?…`, `mongodb+srv://user@cluster/database?…`; see MONGODB_PASSWORD. */
export const mongodbOfUrl: OfUrl = (url, _text, { timeouts, env }) => {
  const { text, whole, flag, oneOf } = url.parameters;
  const options = {
    host: url.host || undefined,
    port: url.port ?? undefined,
    user: url.user || undefined,
    password: env.MONGODB_PASSWORD || undefined,
    authSource: text('auth_source'),
    database: url.path || undefined,
    srv: url.scheme === 'mongodb+srv' || undefined,
    tls: flag('tls'),
    connections: whole('connections'),
    collection: text('collection'),
    index: text('index'),
    idField: text('id'),
    vectorField: text('vector'),
    metadataField: text('metadata'),
    distance: oneOf('distance', ['cosine', 'dot', 'euclidean']),
    quantisation: oneOf('quantisation', ['none', 'scalar', 'binary']),
    method: oneOf('method', ['hnsw', 'flat']),
    m: whole('m'),
    efConstruction: whole('ef_construction'),
    effort: whole('effort') ?? whole('num_candidates'),
    exact: flag('exact'),
  };
  url.parameters.end();
  return mongodb({ ...given<Omit<MongodbOptions, 'timeouts'>>(options), timeouts });
};
