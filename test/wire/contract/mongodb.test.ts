import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { type StandIn, standIn } from '../mongodb/stand-in.ts';
import { contract } from './contract.ts';

/*
 * No server of MongoDB with vector search is to be had without an account or a container: a stand-in of the tests
 * takes its place, which stores documents and refuses what the documentation does not allow.
 */
let server: StandIn;
const silent = createServer(() => {});
const hangsUp = createServer((socket) => socket.destroy());
beforeAll(async () => {
  server = await standIn();
  for (const each of [silent, hangsUp]) {
    await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', () => resolve()));
  }
});
afterAll(async () => {
  silent.close();
  hangsUp.close();
  await server.close();
});
const options = { timeouts: { connectMs: 500, requestMs: 5_000 }, env: {} };
const open = (name: string, parameters = '') =>
  backendOfUrl(
    `mongodb://127.0.0.1:${server.port}/db?collection=${name}_{collection}&${parameters}`,
    options,
  );
const at = (port: number) => backendOfUrl(`mongodb://127.0.0.1:${port}/db`, options);
const portOf = (each: typeof silent) => (each.address() as { port: number }).port;

const subject = {
  index: 'hnsw',
  vectorError: 0,
  fullEffort: 1_000,
  widerFilters: ['a list, which never matches'],
  unsupportedFilters: [
    'a range of text',
    'a range of text beyond ASCII',
    'an odd name',
    // It is not in the index.
    'a field that no document has',
  ],
} as const;

contract({
  ...subject,
  name: 'MongoDB (stand-in), cosine',
  open: () => open('cosine'),
  distance: 'cosine',
  scoreError: 1e-6,
  broken: [
    { name: 'nobody listens', open: () => at(1), kind: 'refused' },
    { name: 'the server is silent', open: () => at(portOf(silent)), kind: 'timeout' },
    { name: 'the server hangs up', open: () => at(portOf(hangsUp)), kind: 'reset' },
    {
      name: 'a wrong password',
      open: () =>
        backendOfUrl(`mongodb://me@127.0.0.1:${server.port}/db`, {
          ...options,
          env: { MONGODB_PASSWORD: 'wrong' },
        }),
      kind: 'rejected',
    },
  ],
});

contract({
  ...subject,
  name: 'MongoDB (stand-in), euclidean, without a graph',
  open: () => open('euclidean', 'distance=euclidean&method=flat'),
  distance: 'euclidean',
  index: 'flat',
  // The score is a float32 of 1 / (1 + d²).
  scoreError: 1e-5,
});

it('was refused nothing that the contract does not mean to be refused', () => {
  const meant = /indexed with 8 dimensions but queried with 3/;
  expect(server.refusals.filter((why) => !meant.test(why))).toEqual([]);
});
