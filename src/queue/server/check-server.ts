import type { Redis } from 'ioredis';
import { InfrastructureError } from '../../errors.ts';

/** What a queue server says of itself. */
export interface ServerFacts {
  /** e.g. `redis 7.0.15` or `valkey 8.1.0`. */
  readonly version: string;
  /** Whether a restart keeps the queue (an append-only file). */
  readonly isAppendOnly: boolean;
}

const OLDEST = [6, 2] as const;

/**
 * Checks that a server keeps a queue: Redis 6.2 or newer or Valkey, alone and no replica, and `noeviction`, since any
 * other policy throws jobs away when memory is short.
 * @throws InfrastructureError that says what to change
 */
export async function checkServer(redis: Redis, label: string): Promise<ServerFacts> {
  const info = parseInfo(await redis.info());
  const version = info.get('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isValkey = info.get('server_name') === 'valkey';
  const name = isValkey ? `valkey ${info.get('valkey_version') ?? version}` : `redis ${version}`;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new InfrastructureError('queue-version', `the queue server ${label} is ${name}`, {
      hint: 'use Redis 6.2 or newer, or Valkey',
    });
  }
  if (info.get('cluster_enabled') === '1') {
    throw new InfrastructureError(
      'queue-cluster',
      `the queue server ${label} is one of a cluster`,
      {
        hint: 'name a server that stands alone: the keys of a queue belong together',
      },
    );
  }
  if ((info.get('role') ?? 'master') !== 'master') {
    throw new InfrastructureError('queue-replica', `the queue server ${label} is a replica`, {
      hint: 'name the server that it copies: a queue is written',
    });
  }
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction') {
    throw new InfrastructureError(
      'queue-eviction',
      `the queue server ${label} throws keys away when memory is short (maxmemory-policy ${policy})`,
      { hint: 'set maxmemory-policy noeviction: jobs must not vanish' },
    );
  }
  return { version: name, isAppendOnly: info.get('aof_enabled') === '1' };
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}
