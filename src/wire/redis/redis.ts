import type { Backend } from '../backend.ts';
import type { Driver } from '../driver/driver.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import { type RedisServer, redisConnection } from './connection.ts';
import { type VectorSet, vectorSetSession } from './session.ts';

/** Where a Redis server with vector sets is (≥ 8.0), and how its keys are searched. */
export interface RedisVectorSetOptions extends RedisServer, Partial<Omit<VectorSet, 'isAsked'>> {
  readonly timeouts?: DriverTimeouts & {
    /** Until a connection stands; default 2000. */
    readonly connectMs?: number;
    /** Until a server from which no byte of an answer comes is taken for stopped, in `ingest` too; default 60000. */
    readonly silenceMs?: number;
  };
}

const OPERATIONS: Driver['operations'] = {
  health: 'INFO',
  describe: 'VINFO',
  search: 'VSIM',
  list: 'VRANDMEMBER',
  ingest: 'VADD',
};

/**
 * Redis vector sets, over one connection and without a client library. Vectors are
 * normalised inside, and stored in 8 bits a number unless `quantisation` says otherwise. A key that is not there
 * answers with an empty list. No connection is made before the first operation.
 */
export function redisVectorSet(options: RedisVectorSetOptions = {}): Backend {
  const { timeouts = {}, host, port, user, password, database, tls, ...rest } = options;
  const set: VectorSet = {
    key: '{collection}',
    quantisation: 'q8',
    isAsked: rest.quantisation !== undefined,
    exact: false,
    ...rest,
  };
  const server = given<RedisServer>({ host, port, user, password, database, tls });
  const { connectMs = 2_000, silenceMs = 60_000 } = timeouts;
  const waits = { connectMs, silenceMs };
  const how = set.exact ? 'exact' : `hnsw ${set.quantisation}`;
  return driverBackend(
    {
      label: `redis ${host ?? '127.0.0.1'}:${port ?? 6379}/${set.key} · ${how}`,
      fingerprint: `redis-vector-set@1 ${JSON.stringify({ ...set, isAsked: undefined })}`,
      secrets: [password],
      operations: OPERATIONS,
      exact: 'query',
      effort: 'EF',
      open: async () => vectorSetSession(redisConnection(server, waits), set),
    },
    timeouts,
  );
}

/** `redis://user@host:6379/key?…`; the password is in REDIS_PASSWORD. */
export const redisOfUrl: OfUrl = (url, _text, { timeouts, env }) => {
  const { whole, flag, oneOf } = url.parameters;
  const options = {
    host: url.host || undefined,
    port: url.port ?? undefined,
    user: url.user || undefined,
    password: env.REDIS_PASSWORD || undefined,
    database: whole('db'),
    tls: flag('tls'),
    key: url.path || undefined,
    quantisation: oneOf('quantisation', ['q8', 'bin', 'none']),
    m: whole('m'),
    efConstruction: whole('ef_construction'),
    effort: whole('effort') ?? whole('ef'),
    filterEffort: whole('filter_ef'),
    exact: flag('exact'),
  };
  url.parameters.end();
  return redisVectorSet({ ...given<Omit<RedisVectorSetOptions, 'timeouts'>>(options), timeouts });
};
