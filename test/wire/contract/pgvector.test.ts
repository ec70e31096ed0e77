import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { contract } from './contract.ts';

/** A server with pgvector and a role that may create tables, e.g. `pgvector://postgres@127.0.0.1:5432/postgres`. */
const url = process.env.PGVECTOR_URL;
const skip = url === undefined ? 'no PGVECTOR_URL' : undefined;
const prefix = `contract_${process.pid}_${Date.now()}`;
const options = { timeouts: { connectMs: 500, requestMs: 5_000 }, env: {} };
const open = (parameters: string, at = url ?? 'pgvector://127.0.0.1:1/none') =>
  backendOfUrl(`${at}?table=${prefix}_{collection}&${parameters}`, options);

// A server that takes connections and never answers, and one that ends them at once.
const silent = createServer(() => {});
const hangsUp = createServer((socket) => socket.destroy());
const portOf = (server: typeof silent) => (server.address() as { port: number }).port;
beforeAll(async () => {
  for (const server of [silent, hangsUp]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(() => {
  silent.close();
  hangsUp.close();
});

const away = (server: typeof silent) => () =>
  open('', `pgvector://127.0.0.1:${portOf(server)}/none`);
const broken = [
  { name: 'nobody listens', open: () => open('', 'pgvector://127.0.0.1:1/none'), kind: 'refused' },
  { name: 'the server is silent', open: away(silent), kind: 'timeout' },
  { name: 'the server hangs up', open: away(hangsUp), kind: 'reset' },
] as const;
const noSuch =
  url === undefined
    ? []
    : ([
        {
          name: 'no such database',
          open: () => open('', url.replace(/[^/]*$/, 'no_such_database')),
          kind: 'rejected',
        },
        {
          name: 'no such user',
          open: () => open('', url.replace(/\/\/[^@]*@/, '//no_such_user@')),
          kind: 'rejected',
        },
      ] as const);

const subject = {
  skip,
  vectorError: 0,
  scoreError: 1e-6,
  remove: async () => {
    const client = new pg.Client({ connectionString: url?.replace('pgvector:', 'postgres:') });
    await client.connect();
    for (const collection of ['contract_a', 'contract_b']) {
      await client.query(`DROP TABLE IF EXISTS "${prefix}_${collection}"`);
    }
    await client.end();
  },
};

contract({
  ...subject,
  name: 'pgvector, HNSW',
  open: () => open('seqscan=off&effort=300'),
  distance: 'cosine',
  index: 'hnsw',
  fullEffort: 1000,
  broken: [...broken, ...noSuch],
});

contract({
  ...subject,
  name: 'pgvector, IVFFlat, dot product',
  open: () => open('index=ivfflat&lists=4&seqscan=off&effort=4&distance=dot'),
  distance: 'dot',
  index: 'ivfflat',
  fullEffort: 4,
});
