import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runBench } from '../bench-process.ts';
import { type Experiment, tryEach } from '../experiment.ts';
import { filesBelow, jsonLines } from '../inputs.ts';
import { type EchoMood, echoGateway } from './echo-gateway.ts';

/** The value that is planted wherever a secret can be, and whatever else it may be written as. */
const SECRET = 'pl4nted?s3cret/of+this&try';
/** What no text holds that does not repeat the secret: its first letters, in base64 wherever they begin. */
const SIGN = 'pl4nted';
const FORMS = [
  SIGN,
  Buffer.from(SIGN).toString('hex'),
  // Twelve letters of base64 in the midst of it, wherever among other bytes it begins.
  ...['pl4nted?s3cret', ' pl4nted?s3cret', '  pl4nted?s3cret'].map((text) =>
    Buffer.from(text).toString('base64').slice(4, 16),
  ),
];
const DOCUMENTS = new Map(
  Array.from({ length: 30 }, (_, at) => [
    `d-${at}`,
    `lot${at} in hall${at % 7} kept by clerk${at % 5}`,
  ]),
);

interface Place {
  /** Where URLs of echoing gateways are, by mood. */
  readonly urls: Readonly<Record<EchoMood, string>>;
  readonly folder: string;
}

/** A command line; RUN stands for the first run folder that there is. */
type Command = (place: Place) => readonly string[];

const asking = (place: Place, mood: EchoMood, ...more: string[]): string[] => [
  'retrieve',
  '--config',
  join(place.folder, 'sound.config.json'),
  '--incumbent',
  place.urls[mood],
  ...more,
];

/** In their order: later ones read what earlier ones left. */
const COMMANDS: readonly Command[] = [
  (place) => ['config', '--config', join(place.folder, 'sound.config.json')],
  (place) => ['plan', '--config', join(place.folder, 'sound.config.json')],
  (place) => asking(place, 'sound'),
  (place) => asking(place, 'errors'),
  (place) => asking(place, 'answers'),
  (place) => asking(place, 'sound', '--set', `candidate.headers.x-api-key=${SECRET}`),
  (place) => asking(place, 'sound', '--set', `candidate.headers.authorization:${SECRET}`),
  (place) => asking(place, 'sound', '--candidate', `http://ann:${SECRET}@127.0.0.1:1`),
  (place) => asking(place, 'sound', '--candidate', `http://127.0.0.1:1/?token=${SECRET}`),
  (place) => asking(place, 'sound', '--candidate', `pgvector://ann:${SECRET}@127.0.0.1:1/db`),
  (place) => asking(place, 'sound', '--candidate', 'pgvector://ann@127.0.0.1:1/db'),
  (place) => asking(place, 'sound', '--candidate', 'qdrant://127.0.0.1:1/things'),
  (place) => asking(place, 'sound', '--candidate', 'redis://127.0.0.1:1/things'),
  (place) => asking(place, 'sound', '--embed', `openai://127.0.0.1:1?key=${SECRET}`),
  (place) => asking(place, 'sound', '--embed', 'openai://127.0.0.1:1?model=m'),
  (place) => ['config', '--config', join(place.folder, 'broken.config.json')],
  (place) => ['config', '--config', join(place.folder, 'unquoted.config.json')],
  (place) => ['config', '--config', join(place.folder, 'names.config.ts')],
  (place) => ['config', '--config', join(place.folder, 'syntax.config.ts')],
  (place) => ['config', '--config', join(place.folder, 'syntax.config.mjs')],
  (place) => ['health', '--stack', join(place.folder, 'stack.json')],
  (place) => ['health', '--stack', join(place.folder, 'odd.stack.json')],
  (place) => asking(place, 'sound', '--candidate', `http:/ann:${SECRET}@127.0.0.1:1`),
  (place) => asking(place, 'sound', '--candidate', `http:\\\\ann:${SECRET}@127.0.0.1:1`),
  (place) => asking(place, 'sound', '--candidate', `http://ann:${SECRET} x@127.0.0.1:1`),
  (place) => ['health', '--stack', join(place.folder, 'stack.json'), '-o', 'json'],
  (place) => ['health', '--stack', join(place.folder, 'stack.json'), '-o', 'health.html'],
  (place) => [
    'drift',
    '--config',
    join(place.folder, 'sound.config.json'),
    '--incumbent',
    place.urls.sound,
    '--candidate',
    place.urls.answers,
  ],
  (place) => [
    'load',
    '--config',
    join(place.folder, 'sound.config.json'),
    '--incumbent',
    place.urls.errors,
    '--rates',
    '20',
  ],
  () => ['worker', '--queue', `redis://:${SECRET}@127.0.0.1:1`, '--store', 'store'],
  () => ['worker', '--queue', `nonsense://:${SECRET}@127.0.0.1:1`, '--store', 'store'],
  () => ['gate', 'RUN', '--json'],
  () => ['gate', 'RUN', '--set', SECRET],
  () => ['report', 'RUN', '-o', 'html'],
  () => ['report', 'RUN', '-o', 'junit'],
  () => ['report', 'RUN', '-o', 'markdown'],
  ...['ctrf', 'csv', 'github', 'prometheus'].map((form) => () => ['report', 'RUN', '-o', form]),
  () => ['explain', 'RUN', '-o', 'json'],
  () => ['rescore', 'RUN'],
  () => ['export', '--trec', 'RUN', '--out', 'trec'],
  () => ['ledger', 'add', 'RUN'],
  () => ['ledger', 'list'],
  () => ['baseline', 'add', 'RUN'],
  () => ['doctor', '--json'],
  () => [`--header=${SECRET}`, 'retrieve'],
  (place) => ['init', '--incumbent', place.urls.errors, '--candidate', place.urls.sound],
  () => [
    'init',
    ...['--incumbent', `pgvector://ann:${SECRET}@127.0.0.1:1/db`, '--candidate', 'redis://h/i'],
  ],
  () => ['completions', 'bash'],
];

/** A secret in every place where one can be, and a long series of commands that meet it. */
export const secrets: Experiment = {
  name: 'secrets',
  tries:
    'one value stands in headers, URLs, the environment, a stack file, a broken configuration and arguments, and backends repeat it in errors and answers: after each command of a long series neither what it printed nor any file holds it',
  count: { full: COMMANDS.length, short: 15 },
  run: async (options) => {
    const { folder } = options;
    const gateways = await Promise.all(
      (['sound', 'errors', 'answers'] as const).map((mood) => echoGateway(DOCUMENTS, mood)),
    );
    const [sound, errors, answers] = gateways.map(({ url }) => url) as [string, string, string];
    const place: Place = { folder: join(folder, 'given'), urls: { sound, errors, answers } };
    const cwd = join(folder, 'left');
    await mkdir(cwd, { recursive: true });
    await writeGiven(place);
    try {
      const tries = Math.min(options.tries, COMMANDS.length);
      return await tryEach({ ...options, tries }, async (seed) => {
        const given = COMMANDS[(seed - 1) % COMMANDS.length]?.(place) ?? [];
        const run = given.includes('RUN') ? await firstRun(cwd, place) : '';
        const argv = given.map((word) => (word === 'RUN' ? run : word));
        const { stdout, stderr } = await runBench(argv, { cwd, env: ENVIRONMENT });
        const shown = argv.map((word) => word.replaceAll(SECRET, 'SECRET')).join(' ');
        if (holds(stdout + stderr)) return `${shown}: printed it`;
        if (stdout + stderr === '') return `${shown}: printed nothing`;
        for (const file of await filesBelow(cwd)) {
          if (holds(await readFile(file))) return `${shown}: left it in ${file.slice(cwd.length)}`;
        }
        return null;
      });
    } finally {
      for (const gateway of gateways) gateway.close();
    }
  },
};

/** The first run that was left; one is made where a command is tried again alone. */
async function firstRun(cwd: string, place: Place): Promise<string> {
  const runs = async () => (await readdir(join(cwd, 'runs')).catch(() => [])).toSorted();
  if ((await runs()).length === 0)
    await runBench(asking(place, 'sound'), { cwd, env: ENVIRONMENT });
  return join('runs', (await runs())[0] ?? 'none');
}

const ENVIRONMENT = {
  PGPASSWORD: SECRET,
  REDIS_PASSWORD: SECRET,
  MARIADB_PASSWORD: SECRET,
  QDRANT_API_KEY: SECRET,
  OPENAI_API_KEY: SECRET,
  BENCH_DEBUG: '1',
};

/** Whether bytes or a text hold the secret in any form. */
function holds(text: string | Buffer): boolean {
  if (FORMS.some((form) => text.includes(form))) return true;
  const written = text
    .toString('latin1')
    .replace(/(?:\\u00|%|&#x)([0-9a-f]{2});?/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return written.includes(SIGN);
}

/** The corpus and the files in which secrets are planted; what is given may hold them. */
async function writeGiven({ folder, urls }: Place): Promise<void> {
  await mkdir(folder, { recursive: true });
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  const side = (url: string) => ({
    url,
    dialect: 'rust-lakehouse',
    headers: { authorization: `Bearer ${SECRET}`, 'x-any': SECRET },
  });
  await put(
    'manifest.json',
    JSON.stringify({
      version: 1,
      name: 'planted',
      collections: [{ name: 'stock', file: 'documents.jsonl' }],
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
  );
  await put(
    'documents.jsonl',
    jsonLines([...DOCUMENTS].map(([id, text]) => ({ id, text, metadata: {} }))),
  );
  await put(
    'queries.jsonl',
    jsonLines(
      Array.from({ length: 10 }, (_, at) => ({
        id: `q-${at}`,
        need: `n-${at}`,
        text: `lot${at} clerk${at}`,
        slices: [],
        collections: ['stock'],
      })),
    ),
  );
  await put('judgments.tsv', 'q-0\tstock/d-0\t1\n');
  await put(
    'sound.config.json',
    JSON.stringify({
      corpus: folder,
      runs: 'runs',
      incumbent: side(urls.sound),
      candidate: side(urls.sound),
      latency: { blockPairs: 0 },
      throughput: { requestsPerSlice: 0 },
    }),
  );
  await put(
    'broken.config.json',
    `{ "incumbent": { "headers": { "authorization": "${SECRET}" "x": 1 } } }`,
  );
  await put('unquoted.config.json', `{ "token": ${SECRET} }`);
  await put('names.config.ts', `export default { token: ${SIGN} };`);
  await put('syntax.config.ts', `export default { token: '${SECRET}' '${SECRET}' };`);
  await put('syntax.config.mjs', `export default { token: ${SIGN} ${SIGN} };`);
  await put('odd.stack.json', JSON.stringify([{ name: 'odd', url: `http:/a:${SECRET}@h` }]));
  await put(
    'stack.json',
    JSON.stringify([
      { name: 'up', url: `${urls.sound}/health?token=${encodeURIComponent(SECRET)}` },
      {
        name: 'down',
        url: `http://ann:${encodeURIComponent(SECRET)}@127.0.0.1:1/health?key=${encodeURIComponent(SECRET)}`,
      },
    ]),
  );
}
