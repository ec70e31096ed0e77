import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { call } from '../../src/wire/call.ts';
import type { Driver, DriverSession } from '../../src/wire/driver/driver.ts';
import { driverBackend } from '../../src/wire/driver/driver-backend.ts';
import { importPeer } from '../../src/wire/driver/peer.ts';

const query = { collection: 'c', vector: Float32Array.of(1), k: 1 };

/** A driver whose session does what a test says. */
function driver(session: Partial<DriverSession>, open?: Driver['open']): Driver {
  const none = async (): Promise<never> => {
    throw new Error('not part of the test');
  };
  return {
    label: 'a driver',
    fingerprint: 'driver@1',
    operations: { health: 'h', describe: 'd', search: 's', list: 'l', ingest: 'i' },
    exact: 'query',
    effort: 'ef',
    open:
      open ??
      (async () => ({
        health: none,
        describe: none,
        search: none,
        list: none,
        ingest: none,
        close: async () => {},
        ...session,
      })),
  };
}

function failing(error: unknown) {
  const search = async (): Promise<never> => {
    throw error;
  };
  return driverBackend(driver({ search }));
}

describe('a driver', () => {
  it.each([
    [Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 'refused', 'ECONNREFUSED'],
    [Object.assign(new Error('no'), { code: 'ECONNRESET' }), 'reset', 'ECONNRESET'],
    [Object.assign(new Error('no'), { code: 'ETIMEDOUT' }), 'timeout', 'ETIMEDOUT'],
    [Object.assign(new Error('no'), { code: '42P01' }), 'rejected', '42P01'],
    [
      new AggregateError([Object.assign(new Error('no'), { code: 'ECONNREFUSED' })]),
      'refused',
      'ECONNREFUSED',
    ],
    [new Error('it said no'), 'rejected', undefined],
    ['text', 'rejected', undefined],
  ])('turns an error into an outcome: %o', async (error, kind, code) => {
    const outcome = await call(failing(error), 'search', query);
    expect(outcome).toMatchObject({ kind, ...(code === undefined ? {} : { code }) });
  });

  it('keeps hostile messages to one line', async () => {
    const outcome = await call(failing(new Error('a\n\u001b[31mb')), 'search', query);
    expect(outcome).toMatchObject({ detail: 'a [31mb' });
  });

  it('ends at its deadline, tells the library, and asks only once', async () => {
    let asked = 0;
    let told = false;
    const search = (_query: unknown, signal: AbortSignal) => {
      asked += 1;
      signal.addEventListener('abort', () => {
        told = true;
      });
      return new Promise<never>(() => {});
    };
    const backend = driverBackend(driver({ search }), { requestMs: 5 });
    expect(await call(backend, 'search', query)).toMatchObject({ kind: 'timeout' });
    expect([asked, told]).toEqual([1, true]);
  });

  it('calls an answer that blocked the thread beyond the deadline a timeout', async () => {
    const search = async () => {
      const until = performance.now() + 20;
      while (performance.now() < until);
      return [];
    };
    const backend = driverBackend(driver({ search }), { requestMs: 5 });
    expect(await call(backend, 'search', query)).toMatchObject({ kind: 'timeout' });
  });

  it('opens again after it could not be opened, for the next request', async () => {
    let opened = 0;
    const base = driver({ search: async () => [] });
    const backend = driverBackend({
      ...base,
      open: async () => {
        opened += 1;
        if (opened === 1) throw Object.assign(new Error('not yet'), { code: 'ECONNREFUSED' });
        return await base.open();
      },
    });
    expect((await call(backend, 'search', query)).kind).toBe('refused');
    expect((await call(backend, 'search', query)).kind).toBe('ok');
    expect((await call(backend, 'search', query)).kind).toBe('ok');
    expect(opened).toBe(2);
  });

  it('hides no rows beyond those that were asked for', async () => {
    const near = ['a', 'b', 'c'].map((id) => ({ id, similarity: 1, rawScore: 1 }));
    const backend = driverBackend(driver({ search: async () => near }));
    const { collection: name, ...rest } = query;
    const ids = async (collections: readonly string[]) => {
      const outcome = await call(backend, 'retrieve', { collections, ...rest });
      return outcome.kind === 'ok' ? outcome.value.hits.map(({ id }) => id) : [];
    };
    expect(await ids([name])).toEqual(['a', 'b', 'c']);
    expect(await ids([name, name])).toEqual(['a']);
  });

  it('ends what is under way when it is closed', async () => {
    const backend = driverBackend(driver({ search: () => new Promise(() => {}) }));
    const under = call(backend, 'search', query);
    await backend.close();
    expect(await under).toMatchObject({ kind: 'aborted' });
  });

  it('names the package that is missing', async () => {
    const missing = () => import('no-such-package-anywhere' as string);
    await expect(importPeer('redis', '6.3.1', missing)).rejects.toMatchObject({
      message: 'the package redis is not installed',
      hint: 'npm install redis@6.3.1',
    });
    const backend = driverBackend(driver({}, () => importPeer('redis', '6.3.1', missing)));
    await expect(call(backend, 'search', query)).rejects.toBeInstanceOf(UsageError);
  });
});
