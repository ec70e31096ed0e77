import { createServer } from 'node:net';
import { createConnection } from 'mariadb';
import { afterAll, beforeAll } from 'vitest';
import { backendOfUrl } from '../../../src/wire/backends.ts';
import { contract } from './contract.ts';

/** A server ≥ 11.7 and a user that may create tables, e.g. `mariadb://root@127.0.0.1:3306/test`. */
const url = process.env.MARIADB_URL;
const skip = url === undefined ? 'no MARIADB_URL' : undefined;
const run = `contract_${process.pid}_${Date.now()}`;
const options = { timeouts: { connectMs: 500, requestMs: 5_000 }, env: process.env };
const open = (parameters: string, at = url ?? 'mariadb://127.0.0.1:1/none') =>
  backendOfUrl(`${at}?table=${run}_{collection}&${parameters}`, options);

const hangsUp = createServer((socket) => socket.destroy());
const silent = createServer(() => {});
const at = (server: typeof silent) =>
  `mariadb://root@127.0.0.1:${(server.address() as { port: number }).port}/none`;
beforeAll(async () => {
  for (const server of [silent, hangsUp]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  }
});
afterAll(() => {
  silent.close();
  hangsUp.close();
});

const subject = {
  skip,
  vectorError: 0,
  scoreError: 1e-6,
  remove: async () => {
    const { hostname, port, username, pathname } = new URL(url ?? '');
    const connection = await createConnection({
      host: hostname,
      port: Number(port),
      user: username,
      database: pathname.slice(1),
      ...(process.env.MARIADB_PASSWORD ? { password: process.env.MARIADB_PASSWORD } : {}),
    });
    for (const collection of ['contract_a', 'contract_b']) {
      await connection.query(`DROP TABLE IF EXISTS \`${run}_${collection}\``);
    }
    await connection.end();
  },
};

contract({
  ...subject,
  name: 'MariaDB vectors, M 16',
  open: () => open('m=16&ef_search=1000'),
  distance: 'cosine',
  index: 'mhnsw',
  fullEffort: 2000,
  // Its graph leaves rows that no walk reaches, seen with 11.8.9.
  reaches: 240,
  broken: [
    { name: 'nobody listens', open: () => open('', 'mariadb://127.0.0.1:1/none'), kind: 'refused' },
    { name: 'the server is silent', open: () => open('', at(silent)), kind: 'timeout' },
    { name: 'the server hangs up', open: () => open('', at(hangsUp)), kind: 'reset' },
    {
      name: 'a wrong password',
      open: () =>
        backendOfUrl(url ?? '', { ...options, env: { MARIADB_PASSWORD: 'wrong-password' } }),
      kind: 'rejected',
    },
  ],
});

contract({
  ...subject,
  name: 'MariaDB vectors without an index, euclidean',
  open: () => open('index=none&distance=euclidean'),
  distance: 'euclidean',
  index: 'flat',
});
