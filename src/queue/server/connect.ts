import type { FlowProducer, Queue, QueueOptions } from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';
import { BenchError, InfrastructureError, UsageError } from '../../errors.ts';
import { importPeer } from '../../wire/driver/peer.ts';
import { checkServer, type ServerFacts } from './check-server.ts';

type BullModule = typeof import('bullmq');

/** Every key of this suite on the server begins with it. */
export const PREFIX = 'retrieval-parity';
/** The queue of all work; its number changes with the meaning of a job, so that no other release takes one. */
export const QUEUE = 'work-2';

/** A queue server that was found fit, and what talks to it. */
export interface QueueServer {
  /** Where it is, without user or password. */
  readonly label: string;
  readonly facts: ServerFacts;
  /** For plain commands. */
  readonly redis: Redis;
  readonly queue: Queue;
  readonly flows: FlowProducer;
  readonly bull: BullModule;
  /** Tells of a problem that a user of the connection met, once while the server is away. */
  readonly tell: (error: Error) => void;
  /** What a worker of BullMQ is opened with. */
  readonly workerOptions: () => Pick<QueueOptions, 'connection' | 'prefix'>;
  readonly close: () => Promise<void>;
}

/** Where the server is, and what surrounds the command. */
export interface QueueAddress {
  /** `redis://[user@]host[:port][/db]` or `rediss://…`. */
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told once when the server is away, once when it is back, and of whatever else goes wrong. */
  readonly onProblem: (message: string) => void;
  /** Aborted where nothing needs the server any more: one that is away is not waited for then. */
  readonly signal?: AbortSignal;
}

/**
 * A server that is not there, or says nothing, must not be waited for; one that was there is waited for as long as it
 * takes.
 */
const CONNECT_MS = 5000;
const MOST_PAUSE_MS = 2000;

/**
 * Connects to Redis or Valkey and checks that it can keep a queue. BullMQ and ioredis are loaded here and nowhere
 * else. A password may be left out of the address and given as `REDIS_PASSWORD`.
 *
 * @throws UsageError for an address that cannot be used, or a package that is not installed
 * @throws InfrastructureError for a server that does not answer, or that is unfit
 */
export async function connectQueue(given: QueueAddress): Promise<QueueServer> {
  const { url, env, onProblem, signal } = given;
  const address = addressOf(url, env);
  const bull = await importPeer('bullmq', '6.7.0', () => import('bullmq'));
  const { Redis } = await importPeer('ioredis', '5.11.1', () => import('ioredis'));
  const label = `${address.host}:${address.port}/${address.db}`;
  await firstContact(
    new Redis({ ...address, retryStrategy: () => null, lazyConnect: true }),
    label,
  );
  const options = {
    ...address,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) =>
      signal?.aborted === true ? null : Math.min(50 * 2 ** times, MOST_PAUSE_MS),
  } satisfies RedisOptions;
  const redis = new Redis(options);
  const tell = problemTeller(redis, label, onProblem);
  try {
    const facts = await checkServer(redis, label);
    const common = { connection: options, prefix: PREFIX };
    const queue = new bull.Queue(QUEUE, common);
    const flows = new bull.FlowProducer(common);
    queue.on('error', tell);
    flows.on('error', tell);
    return {
      label,
      facts,
      redis,
      queue,
      flows,
      bull,
      tell,
      workerOptions: () => common,
      close: async () => {
        await Promise.allSettled([queue.close(), flows.close()]);
        redis.disconnect();
      },
    };
  } catch (error) {
    redis.disconnect();
    throw refusedBy(label, error);
  }
}

/** Many connections meet the same server that is away, again and again: that is one problem. */
function problemTeller(
  redis: Redis,
  label: string,
  onProblem: (message: string) => void,
): (error: Error) => void {
  let isAway = false;
  const tell = (error: Error): void => {
    if (redis.status === 'ready') onProblem(`${label}: ${error.message}`);
    else if (!isAway) {
      isAway = true;
      onProblem(`the queue server ${label} is away (${error.message}): waiting for it`);
    }
  };
  redis.on('error', tell);
  redis.on('ready', () => {
    if (isAway) onProblem(`the queue server ${label} is back`);
    isAway = false;
  });
  return tell;
}

async function firstContact(probe: Redis, label: string): Promise<void> {
  // What a connection broke by is told here, and only that it is closed by what is thrown.
  let broken: Error | null = null;
  probe.on('error', (error) => {
    broken ??= error;
  });
  const answered = probe.connect().then(() => probe.ping());
  // Ended below, it may fail when nobody waits for it any more.
  answered.catch(() => {});
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer within ${CONNECT_MS / 1000} s`)),
    CONNECT_MS,
  );
  try {
    await Promise.race([answered, late.promise]);
  } catch (cause) {
    throw refusedBy(label, broken ?? cause);
  } finally {
    clearTimeout(timer);
    probe.disconnect();
  }
}

/** A server that does not answer, or that does not let this user do what a queue needs. */
function refusedBy(label: string, cause: unknown): BenchError {
  if (cause instanceof BenchError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const isRight = /\b(NOAUTH|NOPERM|WRONGPASS)\b/.test(why);
  return new InfrastructureError('queue-server', `the queue server ${label}: ${why}`, {
    hint: isRight
      ? `set REDIS_PASSWORD, and name the user in --queue redis://USER@HOST:PORT; it needs all commands on ${PREFIX}:*, and INFO and TIME`
      : 'start Redis 6.2 or newer, or Valkey, and name it by --queue redis://HOST:PORT',
    cause,
  });
}

function addressOf(text: string, env: QueueAddress['env']) {
  const url = URL.parse(text);
  const [, db] = /^\/?(\d*)$/.exec(url?.pathname ?? '') ?? [];
  const user = decoded(url?.username);
  const word = decoded(url?.password);
  const isRedis = url !== null && ['redis:', 'rediss:'].includes(url.protocol);
  if (!isRedis || url.hostname === '' || [db, user, word].includes(undefined)) {
    // The text is not shown: it may hold a password.
    throw new UsageError('queue-address', 'the address of the queue cannot be used', {
      hint: 'write --queue redis://[USER@]HOST:PORT[/NUMBER], or rediss:// for TLS; the password as REDIS_PASSWORD',
    });
  }
  const password = word || env.REDIS_PASSWORD;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    db: Number(db || 0),
    connectTimeout: CONNECT_MS,
    ...(user ? { username: user } : {}),
    ...(password === undefined ? {} : { password }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** Undefined for a percent sign that encodes nothing. */
function decoded(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
