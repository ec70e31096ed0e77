import { describe, expect, it } from 'vitest';
import { connectionPool } from '../../src/wire/driver/pool.ts';

function pool(most: number, fails: () => boolean = () => false) {
  const log: string[] = [];
  let made = 0;
  const alive = new Set<number>();
  const connections = connectionPool<number>({
    most,
    open: async () => {
      if (fails()) throw new Error('no connection');
      made += 1;
      log.push(`open ${made}`);
      alive.add(made);
      return made;
    },
    isAlive: (connection) => alive.has(connection),
    destroy: (connection) => {
      alive.delete(connection);
      log.push(`destroy ${connection}`);
    },
  });
  return { connections, log, alive };
}

const forEver = new AbortController().signal;

describe('a pool of connections', () => {
  it('uses a connection again, and lets those wait that are too many', async () => {
    const { connections, log } = pool(2);
    const used = await Promise.all(
      [1, 2, 3, 4, 5].map(() => connections.use(forEver, async (connection) => connection)),
    );
    expect(log).toEqual(['open 1', 'open 2']);
    expect(new Set(used)).toEqual(new Set([1, 2]));
  });

  it('tells one user of a connection that failed, and goes on with the next', async () => {
    let failures = 1;
    const { connections } = pool(1, () => failures-- > 0);
    const results = await Promise.allSettled(
      [1, 2].map(() => connections.use(forEver, async (connection) => connection)),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('destroys what is given up or has ended, and opens another', async () => {
    const { connections, log, alive } = pool(1);
    const controller = new AbortController();
    const hanging = connections.use(controller.signal, () => {
      controller.abort();
      return Promise.reject(new Error('ended'));
    });
    await expect(hanging).rejects.toThrow('ended');
    await connections.use(forEver, async () => {});
    alive.clear();
    expect(await connections.use(forEver, async (connection) => connection)).toBe(3);
    expect(log).toEqual(['open 1', 'destroy 1', 'open 2', 'destroy 2', 'open 3']);
  });

  it('gives a connection back that came too late', async () => {
    const { connections, log } = pool(1);
    await expect(connections.use(AbortSignal.abort(), async () => {})).rejects.toThrow();
    await connections.use(forEver, async () => {});
    expect(log).toEqual(['open 1']);
  });

  it('ends every connection when it is closed, those in use as they come back', async () => {
    const { connections, log } = pool(2);
    await connections.use(forEver, async () => connections.close());
    expect(log).toEqual(['open 1', 'destroy 1']);
  });
});
