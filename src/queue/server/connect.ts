import type { FlowProducer, Queue, QueueOptions } from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { importPeer } from '../../wire/driver/peer.ts';
import { checkServer, type ServerFacts } from './check-server.ts';

type BullModule = typeof import('bullmq');

/** Every key of this suite on the server begins with it. */
export const PREFIX = 'retrieval-parity';
/** The queue of all work; its number changes with the meaning of a job, so that no other release takes one. */
export const QUEUE = 'work-1';

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
  /** What a worker of BullMQ is opened with. */
  readonly workerOptions: () => Pick<QueueOptions, 'connection' | 'prefix'>;
  readonly close: () => Promise<void>;
}

/** Where the server is, and what surrounds the command. */
export interface QueueAddress {
  /** `redis://[user@]host[:port][/db]` or `rediss://…`. */
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of connections that break and come back. */
  readonly onProblem: (message: string) => void;
}

/** A server that is not there must not be waited for; one that was there is waited for as long as it takes. */
const CONNECT_MS = 5000;
const MOST_PAUSE_MS = 2000;

/**
 * Connects to Redis or Valkey and checks that it can keep a queue. BullMQ and ioredis are loaded here and nowhere
 * else. A password may be left out of the address and given as `REDIS_PASSWORD`.
 *
 * @throws UsageError for an address that cannot be used, or a package that is not installed
 * @throws InfrastructureError for a server that does not answer, or that is unfit
 */
export async function connectQueue({ url, env, onProblem }: QueueAddress): Promise<QueueServer> {
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
    retryStrategy: (times: number) => Math.min(50 * 2 ** times, MOST_PAUSE_MS),
  } satisfies RedisOptions;
  const told = (error: Error): void => onProblem(`${label}: ${error.message}`);
  const redis = new Redis(options);
  redis.on('error', told);
  try {
    const facts = await checkServer(redis, label);
    const common = { connection: options, prefix: PREFIX };
    const queue = new bull.Queue(QUEUE, common);
    const flows = new bull.FlowProducer(common);
    queue.on('error', told);
    flows.on('error', told);
    return {
      label,
      facts,
      redis,
      queue,
      flows,
      bull,
      workerOptions: () => common,
      close: async () => {
        await Promise.allSettled([queue.close(), flows.close()]);
        redis.disconnect();
      },
    };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

async function firstContact(probe: Redis, label: string): Promise<void> {
  // What breaks is thrown below.
  probe.on('error', () => {});
  try {
    await probe.connect();
    await probe.ping();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InfrastructureError('queue-server', `the queue server ${label}: ${why}`, {
      hint: 'start Redis 6.2 or newer, or Valkey, and name it by --queue redis://HOST:PORT',
      cause,
    });
  } finally {
    probe.disconnect();
  }
}

function addressOf(text: string, env: QueueAddress['env']) {
  const url = URL.parse(text);
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    // The text is not shown: it may hold a password.
    throw new UsageError('queue-address', 'the address of the queue cannot be used', {
      hint: 'write --queue redis://HOST:PORT, or rediss:// for TLS',
    });
  }
  const password = decodeURIComponent(url.password) || env.REDIS_PASSWORD;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    db: Number(url.pathname.slice(1) || 0),
    connectTimeout: CONNECT_MS,
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(password === undefined ? {} : { password }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
