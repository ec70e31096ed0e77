import { createServer } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import type { Metadata } from '../../../src/corpus/types.ts';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { contract } from './contract.ts';

/** A server of Chroma, e.g. `chroma://127.0.0.1:8000`; collections below `contract_` are made and removed there. */
const url = process.env.CHROMA_URL;
const skip = url === undefined ? 'no CHROMA_URL' : undefined;
const run = `contract_${process.pid}_${Date.now()}`;
const options = { timeouts: { connectMs: 500, requestMs: 5_000 }, env: {} };
const open = (name: string, parameters: string, at = url ?? 'chroma://127.0.0.1:1') =>
  backendOfUrl(`${at}/${run}_${name}_{collection}?${parameters}`, options);

const hangsUp = createServer((socket) => socket.destroy());
beforeAll(() => new Promise<void>((resolve) => hangsUp.listen(0, '127.0.0.1', () => resolve())));
afterAll(() => {
  hangsUp.close();
});
const hangsUpUrl = () => `chroma://127.0.0.1:${(hangsUp.address() as { port: number }).port}`;

const subject = {
  skip,
  index: 'hnsw',
  // Under cosine it stores the direction, and gives back direction times length.
  vectorError: 5e-7,
  scoreError: 1e-5,
  // Its graph gives what it reaches, and no more.
  reaches: 250,
  keeps: (metadata: Metadata) =>
    Object.fromEntries(
      Object.entries(metadata).filter(([, value]) => value !== null && !Array.isArray(value)),
    ),
  unsupportedFilters: ['a range of text', 'a range of text beyond ASCII'],
};
const removed = (name: string) => async () => {
  const all = `${url?.replace('chroma:', 'http:')}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  for (const collection of ['contract_a', 'contract_b']) {
    await fetch(`${all}/${run}_${name}_${collection}`, { method: 'DELETE' });
  }
};

contract({
  ...subject,
  name: 'Chroma, cosine',
  open: () => open('cosine', 'ef_search=1000&ef_construction=500&max_neighbors=32'),
  distance: 'cosine',
  remove: removed('cosine'),
  broken: [
    { name: 'nobody listens', open: () => open('x', '', 'chroma://127.0.0.1:1'), kind: 'refused' },
    { name: 'the server hangs up', open: () => open('x', '', hangsUpUrl()), kind: 'reset' },
  ],
});

contract({
  ...subject,
  name: 'Chroma, euclidean',
  open: () => open('l2', 'distance=euclidean&ef_search=1000'),
  distance: 'euclidean',
  remove: removed('l2'),
});
