import { describe, expect, it } from 'vitest';
import {
  SERVER_PROGRAM,
  SERVER_PROGRAMS,
  startQueueServer,
} from '../../bench/experiments/scale/queue-server.ts';
import { checkServer } from '../../src/queue/server/check-server.ts';
import { connectQueue } from '../../src/queue/server/connect.ts';
import { keepAlive, resultsOf, sayDone } from '../../src/queue/server/presence.ts';

const connect = (url: string, env = {}) => connectQueue({ url, env, onProblem: () => {} });

describe.each(['redis-server', 'valkey-server'] as const)(
  '%s, where it is installed',
  (program) => {
    it.skipIf(!SERVER_PROGRAMS.includes(program))(
      'keeps a queue over a kill, by its append-only file',
      async () => {
        await using server = await startQueueServer(['--appendfsync', 'always'], program);
        const queue = await connect(server.url);
        expect(queue.facts.version).toMatch(program === 'redis-server' ? /^redis / : /^valkey /);
        expect(queue.facts.isAppendOnly).toBe(true);
        await using _alive = await keepAlive(queue.redis, 'r');
        await queue.queue.add('truth-shard', { run: 'r' }, { jobId: 'r-1' });
        await sayDone(queue.redis, 'r', 'r-0', { sha256: 'a'.repeat(64), worker: 'w' });
        await server.restart();
        expect(await queue.queue.getWaitingCount()).toBe(1);
        expect(await resultsOf(queue.redis, 'r', ['r-0', 'r-1'])).toEqual(['a'.repeat(64), null]);
        await queue.close();
      },
    );
  },
);

describe('a server', () => {
  const told = (lines: readonly string[]) =>
    checkServer({ info: async () => lines.join('\r\n') } as never, 'here:1');

  it('must keep its keys and be new enough', async () => {
    const good = ['redis_version:6.2.0', 'maxmemory_policy:noeviction', 'aof_enabled:1'];
    expect(await told(good)).toEqual({ version: 'redis 6.2.0', isAppendOnly: true });
    expect(await told([...good, 'server_name:valkey', 'valkey_version:8.1.0'])).toMatchObject({
      version: 'valkey 8.1.0',
    });
    await expect(told(['redis_version:6.0.16', ...good.slice(1)])).rejects.toMatchObject({
      code: 'queue-version',
    });
    await expect(told([good[0] ?? '', 'maxmemory_policy:allkeys-lru'])).rejects.toMatchObject({
      code: 'queue-eviction',
      hint: expect.stringContaining('noeviction'),
    });
  });

  it('that is not there ends at once, and no password is shown', async () => {
    const error: unknown = await connect('redis://me:hidden-word@127.0.0.1:1').catch((e) => e);
    expect(error).toMatchObject({ code: 'queue-server', exitCode: 4 });
    const bad: unknown = await connect('postgres://me:hidden-word@host').catch((e) => e);
    expect(bad).toMatchObject({ code: 'queue-address', exitCode: 2 });
    expect(`${error} ${bad} ${JSON.stringify([error, bad])}`).not.toContain('hidden-word');
  });
});

describe.skipIf(SERVER_PROGRAM === null)('a server that cannot keep a queue', () => {
  it.each([
    ['throws keys away', ['--maxmemory-policy', 'allkeys-lru'], 'queue-eviction'],
    ['is one of a cluster', ['--cluster-enabled', 'yes'], 'queue-cluster'],
    ['is a replica', ['--replicaof', '127.0.0.1', '1'], 'queue-replica'],
  ])('since it %s, is refused', async (_why, more, code) => {
    await using server = await startQueueServer(more);
    await expect(connect(server.url)).rejects.toMatchObject({ code, exitCode: 4 });
  });

  it('for a user without the right to, is refused, and the hint says which', async () => {
    await using server = await startQueueServer(['--requirepass', 'hidden-word']);
    const hint = expect.stringContaining('REDIS_PASSWORD');
    const refused = { code: 'queue-server', exitCode: 4, hint };
    await expect(connect(server.url)).rejects.toMatchObject(refused);
    await expect(connect(server.url, { REDIS_PASSWORD: 'wrong' })).rejects.toMatchObject(refused);
    const queue = await connect(server.url, { REDIS_PASSWORD: 'hidden-word' });
    await queue.redis.acl('SETUSER', 'weak', 'on', '>weak-word', '~*', '+@all', '-info');
    await queue.close();
    const weak = server.url.replace('//', '//weak@');
    await expect(connect(weak, { REDIS_PASSWORD: 'weak-word' })).rejects.toMatchObject(refused);
  });
});

it.each([
  'redis://host/abc',
  'redis://host/1/2',
  'redis://:%zz@host',
  'redis://%zz@host',
  'http://host',
  'redis://',
  'host:6379',
])('an address that cannot be used is refused: %s', async (url) => {
  await expect(connect(url)).rejects.toMatchObject({ code: 'queue-address', exitCode: 2 });
});
