import { createServer } from 'node:net';
import { createClient } from 'redis';
import { afterAll, beforeAll } from 'vitest';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { contract } from './contract.ts';

/** A server with vector sets, e.g. `redis://127.0.0.1:6379`; keys below `contract_` are made and removed there. */
const url = process.env.REDIS_URL;
const skip = url === undefined ? 'no REDIS_URL' : undefined;
const run = `contract_${process.pid}_${Date.now()}`;
const options = { timeouts: { connectMs: 500, requestMs: 5_000 }, env: {} };
const open = (name: string, parameters: string, at = url ?? 'redis://127.0.0.1:1') =>
  backendOfUrl(`${at}/${run}_${name}_{collection}?${parameters}`, options);

const hangsUp = createServer((socket) => socket.destroy());
const silent = createServer(() => {});
beforeAll(async () => {
  for (const server of [silent, hangsUp]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  }
});
afterAll(() => {
  silent.close();
  hangsUp.close();
});
const urlOf = (server: typeof silent) =>
  `redis://127.0.0.1:${(server.address() as { port: number }).port}`;

const subject = {
  skip,
  distance: 'cosine',
  index: 'hnsw',
  fullEffort: 1000,
  absentIsEmpty: true,
  looseTypes: true,
  // A null is 0 in a range, and a list equals any text.
  widerFilters: ['several fields', 'a list, which never matches'],
  unsupportedFilters: ['a range of text', 'a range of text beyond ASCII', 'an odd name'],
} as const;
const removed = (name: string) => async () => {
  const client = createClient({ url: url ?? '' });
  await client.connect();
  for (const collection of ['contract_a', 'contract_b']) {
    await client.del(`${run}_${name}_${collection}`);
  }
  client.destroy();
};

contract({
  ...subject,
  name: 'Redis vector set, float32',
  open: () => open('f32', 'quantisation=none&ef=1000'),
  vectorError: 1e-6,
  scoreError: 1e-6,
  remove: removed('f32'),
  broken: [
    { name: 'nobody listens', open: () => open('x', '', 'redis://127.0.0.1:1'), kind: 'refused' },
    { name: 'the server hangs up', open: () => open('x', '', urlOf(hangsUp)), kind: 'reset' },
    {
      name: 'the server is silent',
      open: () =>
        backendOfUrl(`${urlOf(silent)}/x`, {
          ...options,
          timeouts: { connectMs: 500, requestMs: 500 },
        }),
      kind: 'timeout',
    },
    {
      name: 'a wrong password',
      open: () =>
        backendOfUrl(`${url}/x`, { ...options, env: { REDIS_PASSWORD: 'wrong-password' } }),
      kind: 'rejected',
    },
  ],
});

contract({
  ...subject,
  name: 'Redis vector set, 8 bits',
  open: () => open('q8', 'ef=1000'),
  vectorError: 0.01,
  scoreError: 0.01,
  remove: removed('q8'),
});
