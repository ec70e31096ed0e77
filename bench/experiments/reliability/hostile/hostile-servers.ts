import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Random, randomStream } from '../../../../src/stats/random.ts';
import { type Experiment, tryEach } from '../experiment.ts';
import { type Servers, startServers } from './servers.ts';
import { sendBytes, statusOf } from './wire-bytes.ts';

const WAIT_MS = 400;
const MOST_GROWTH_BYTES = 64 * 1024 * 1024;

/** What is tried on the servers; null where it held. */
type Attack = (servers: Servers, random: Random, folder: string) => Promise<string | null>;

/** Requests that two servers read in two ways, foreign hosts, keys of storage, statements, connections without end. */
export const hostileServers: Experiment = {
  name: 'hostile-servers',
  tries:
    'requests that two servers read in two ways, foreign hosts, keys that leave their folder, statements without end, slow and idle connections by the thousand: nothing is smuggled or read, memory stays flat, and the servers answer afterwards',
  count: { full: 36, short: 6 },
  run: async (options) => {
    const servers = await startServers(options.signal, options.folder);
    try {
      return await tryEach(options, async (seed) => {
        const [name, attack] = ATTACKS[seed % ATTACKS.length] as (typeof ATTACKS)[number];
        const what = await attack(servers, randomStream(seed, name), options.folder);
        if (what !== null) return `${name}: ${what}`;
        for (const { url, kind } of servers.gateways) {
          if (!(await isWell(url))) return `${name}: the ${kind} gateway does not answer any more`;
        }
        return (await isWell(servers.frontend)) ? null : `${name}: the frontend does not answer`;
      });
    } finally {
      await servers.close();
    }
  },
};

async function isWell(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(10_000) }).catch(
    () => null,
  );
  await response?.body?.cancel();
  return response?.ok === true;
}

const INNER = 'GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** A request with several of what makes readers disagree, at random. */
const smuggling: Attack = async (servers, random) => {
  const before = servers.smuggled();
  for (let round = 0; round < 20; round++) {
    const length = String(random.pick([0, 1, INNER.length, INNER.length + 5]));
    const colon = random.pick([':', ': ', ' : ', ':\t', ':\u000b']);
    const end = random.pick(['\r\n', '\r\n', '\r\n', '\n', '\r', '\r\n ']);
    const fields = random.sample(
      [
        `Content-Length${colon}${length}`,
        `content-length: ${random.pick(['+', '-', '0x', '', '00', ' '])}${length}`,
        `Transfer-Encoding${colon}${random.pick(['chunked', 'Chunked', 'xchunked', 'chunked, identity', 'identity', 'chunked\u0000', '\tchunked', 'gzip, chunked'])}`,
        'Transfer-Encoding: identity',
        `X: a${random.pick(['\r', '\n', '\u0000', '\u0085'])}Content-Length: ${length}`,
        'Connection: Content-Length, close',
        'Connection: upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ',
        'Expect: 100-continue',
      ],
      random.integer(1, 4),
    );
    const target = random.pick([
      '/api/x',
      '/api/x',
      'http://localhost/api/x',
      '/api//x',
      '/api/x%0d%0a',
      '/api/./x',
      '/api/x#/admin',
      '/api/x HTTP/1.1\r\nX: y',
    ]);
    const body = random.pick([
      `0\r\n\r\n${INNER}`,
      INNER,
      `${INNER.length.toString(16)}\r\n${INNER}\r\n0\r\n\r\n`,
      `5;a="\r\n${INNER}`,
    ]);
    const head = ['POST ' + target + ' HTTP/1.1', 'Host: localhost', ...fields].join(end);
    await sendBytes(servers.frontend, `${head}${end}\r\n${body}`, 60);
  }
  // What was asked for as a request of its own is answered by the frontend itself, which has no /admin.
  return servers.smuggled() > before
    ? `${servers.smuggled() - before} requests were smuggled`
    : null;
};

const hosts: Attack = async ({ frontend, gateways }, random) => {
  const foreign = random.pick([
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example:80',
    '127.0.0.1@evil.example',
    'evil.example#127.0.0.1',
    '0.0.0.0',
    '2130706433',
    '[::ffff:7f00:1].x',
    '',
    'localhost, evil.example',
    'localhost\r\nHost: localhost',
    'localhost\r\nHost: evil.example',
  ]);
  for (const url of [frontend, ...gateways.map((gateway) => gateway.url)]) {
    const answer = await sendBytes(
      url,
      `GET /health HTTP/1.1\r\nHost: ${foreign}\r\nConnection: close\r\n\r\n`,
      5000,
    );
    if (![400, 421].includes(statusOf(answer)))
      return `Host ${JSON.stringify(foreign)}: ${answer.slice(0, 60)}`;
  }
  return null;
};

const keys: Attack = async ({ gateways }, random, folder) => {
  const marker = join(folder, 'outside', 'marker');
  await mkdir(join(folder, 'outside'), { recursive: true });
  await writeFile(marker, 'unharmed');
  const up = random.pick([
    '../',
    '..%2f',
    '%2e%2e/',
    '%2e%2e%2f',
    '..%5c',
    '%252e%252e%252f',
    '..%c0%af',
    '%c0%ae%c0%ae/',
    '....//',
    '..;/',
    '.%00./',
    '%u002e%u002e/',
  ]);
  const key =
    up.repeat(random.integer(1, 12)) +
    random.pick([marker.slice(1), 'etc/passwd', 'proc/self/environ']);
  for (const { url, kind } of gateways) {
    const path = `${kind === 'rust' ? '/storage/objects/' : '/v1/storage/'}${random.pick(['', 'a/', '/'])}${key}`;
    for (const method of ['PUT', 'GET', 'DELETE']) {
      const body = method === 'PUT' ? 'overwritten' : '';
      const answer = await sendBytes(
        url,
        `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        5000,
      );
      if (/root:x|unharmed|PATH=/.test(answer)) return `${method} ${path} read a file`;
    }
  }
  const left = await readFile(marker, 'utf8').catch(() => 'nothing');
  return left === 'unharmed' ? null : `${key} left the folder: ${left}`;
};

const RECURSION = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)';
const STATEMENTS = [
  `${RECURSION} SELECT count(*) FROM r`,
  `${RECURSION} SELECT n FROM r LIMIT 3000000`,
  'SELECT pg_sleep(1000)',
  'SELECT * FROM generate_series(1, 3000000)',
  'SELECT count(*) FROM workers a, workers b, workers c, workers d, workers e, workers f',
  'EXPLAIN PRAGMA query_only = OFF',
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT readfile('/etc/passwd')",
  "SELECT repeat('x', 900000000)",
  'SELECT length(zeroblob(900000000)), length(randomblob(900000000))',
  "SELECT ('a' || repeat('a', 30000)) ~ '(a*)*b'",
  "SELECT count(*) FROM workers WHERE chunk_text LIKE '%" + '_%'.repeat(5000) + "x'",
];

const statements: Attack = async ({ gateways }, random) => {
  const sql = random.pick(STATEMENTS);
  for (const { url, kind } of gateways) {
    const ask = async (statement: string) => {
      const response = await fetch(`${url}${kind === 'rust' ? '/query' : '/v1/sql'}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sql: statement }),
        signal: AbortSignal.timeout(60_000),
      });
      return { status: response.status, text: await response.text() };
    };
    const { status, text } = await ask(sql);
    if (text.length > 5_000_000) return `${sql.slice(0, 60)} gave ${text.length} characters`;
    if (text.includes('root:x')) return `${sql} read a file`;
    if (status === 0 || status === 500) return `${sql.slice(0, 60)} ended with ${status}`;
    const after = await ask('SELECT count(*) AS n FROM workers');
    if (after.status !== 200)
      return `after ${sql.slice(0, 60)}: ${after.status} ${after.text.slice(0, 100)}`;
  }
  return null;
};

/** Connections that begin a request and never end it. */
const slow: Attack = async (servers, random) => {
  const urls = [servers.frontend, ...servers.gateways.map(({ url }) => url)];
  const start = random.pick([
    '',
    'G',
    'GET /health HTTP/1.1\r\nHost: localhost\r\nX: ',
    'POST /api/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n',
  ]);
  const sockets = urls.flatMap((url) => Array.from({ length: 100 }, () => opened(url, start)));
  try {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    for (const url of urls) if (!(await isWell(url))) return `100 slow connections stop ${url}`;
    return null;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
};

/** Two thousand idle connections, and ten thousand requests beside them. */
const many: Attack = async ({ frontend, frontendBytes }) => {
  const round = async (): Promise<void> => {
    const sockets = Array.from({ length: 2000 }, () => opened(frontend, ''));
    try {
      await requests(frontend, 10_000);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  };
  // The first round makes room for what is under way at once, which the next one finds.
  await round();
  const before = await frontendBytes();
  await round();
  const grown = (await frontendBytes()) - before;
  return grown > MOST_GROWTH_BYTES ? `memory grew by ${Math.round(grown / 2 ** 20)} MiB` : null;
};

async function requests(url: string, count: number): Promise<void> {
  const one = async (): Promise<void> => {
    const response = await fetch(`${url}/api/x`);
    await response.arrayBuffer();
  };
  const each = Array.from({ length: 20 }, async () => {
    for (let at = 0; at < count / 20; at++) await one();
  });
  await Promise.all(each);
}

function opened(url: string, start: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
    if (start !== '') socket.write(start);
  });
  socket.on('error', () => {});
  return socket;
}

const ATTACKS: readonly (readonly [string, Attack])[] = [
  ['smuggling', smuggling],
  ['hosts', hosts],
  ['keys of storage', keys],
  ['statements', statements],
  ['slow connections', slow],
  ['many connections', many],
];
