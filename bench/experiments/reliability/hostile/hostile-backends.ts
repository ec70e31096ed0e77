import { fork } from 'node:child_process';
import { once } from 'node:events';
import { health } from '../../../../src/probes/job/health.ts';
import { tellWebhook } from '../../../../src/shadow/job/webhook.ts';
import type { Backend } from '../../../../src/wire/backend.ts';
import { call } from '../../../../src/wire/call.ts';
import { openai } from '../../../../src/wire/embedders/openai.ts';
import { http } from '../../../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../../../src/wire/lakehouse/rust-lakehouse.ts';
import { OUTCOME_KINDS, type Outcome } from '../../../../src/wire/outcome.ts';
import { type Experiment, tryEach } from '../experiment.ts';
import { HOSTILE_ANSWERS } from './answers.ts';
import type { HostileOrder } from './server-child.ts';

const REQUEST_MS = 2_000;
/** A busy machine is given time to read what has come. */
const GRACE_MS = 8_000;
const MOST_BYTES = 512 * 1024 * 1024;
const AT_ONCE = 4;
const SECRET = 'Bearer pl4nted-s3cret-of-a-header';
/** Whatever a terminal would obey. */
const OBEYED = /[\p{Cc}\p{Cf}]/u;

/** Every answer of a list of hostile ones, to every way of asking. */
export const hostileBackends: Experiment = {
  name: 'hostile-backends',
  tries:
    'a backend answers without end, slowly, compressed, deeply nested, with huge numbers and ids, wrong lengths, resets and redirects: the request ends with a named outcome, in time, within 512 MB, and no other host is asked',
  count: {
    full: 2 * Object.keys(HOSTILE_ANSWERS).length,
    short: Object.keys(HOSTILE_ANSWERS).length,
  },
  run: async (options) => {
    const child = fork(new URL('./server-child.ts', import.meta.url), {
      execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
    });
    try {
      const [{ port }] = (await once(child, 'message')) as [{ port: number }];
      const url = `http://127.0.0.1:${port}`;
      const tell = async (order: HostileOrder): Promise<number> => {
        const told = once(child, 'message');
        child.send(order);
        const [{ strayed }] = (await told) as [{ strayed: number }];
        return strayed;
      };
      const names = Object.keys(HOSTILE_ANSWERS);
      const rest = process.memoryUsage.rss();
      return await tryEach(options, async (seed) => {
        // The seed alone says which answer and which way of asking: a failure can be tried again by itself.
        const name = names[seed % names.length] ?? '';
        const way = WAYS[(seed + Math.floor(seed / names.length)) % WAYS.length] as Way;
        await tell({ name, seed });
        const before = process.resourceUsage().maxRSS * 1024;
        const started = performance.now();
        const problems = await way.ask(url);
        const ms = performance.now() - started;
        const peak = process.resourceUsage().maxRSS * 1024;
        const strayed = await tell({ name: 'silence', seed });
        const where = `${name}, ${way.name}`;
        const problem = problems.find((each) => each !== null);
        if (problem != null) return `${where}: ${problem}`;
        if (ms > REQUEST_MS + GRACE_MS) return `${where}: ${Math.round(ms)} ms`;
        if (strayed > 0) return `${where}: another host was asked`;
        if (peak > before && peak - rest > MOST_BYTES) {
          return `${where}: ${Math.round((peak - rest) / 2 ** 20)} MiB above rest`;
        }
        return null;
      });
    } finally {
      child.disconnect();
    }
  },
};

interface Way {
  readonly name: string;
  /** Asks several times at once, and gives what does not hold of each; null where all does. */
  readonly ask: (url: string) => Promise<readonly (string | null)[]>;
}

const LIMITS = {
  timeouts: { requestMs: REQUEST_MS, connectMs: REQUEST_MS },
  headers: { authorization: SECRET },
};

async function asked<Value>(
  backend: Backend,
  ask: (backend: Backend) => Promise<Outcome<Value>>,
): Promise<readonly (string | null)[]> {
  const once = async (): Promise<string | null> => {
    try {
      return problemOf(await ask(backend));
    } catch (error) {
      return `it threw ${String(error).slice(0, 200)}`;
    }
  };
  try {
    return await Promise.all(Array.from({ length: AT_ONCE }, once));
  } finally {
    await backend.close();
  }
}

function problemOf(outcome: Outcome<unknown>): string | null {
  if (!OUTCOME_KINDS.includes(outcome.kind)) return `no outcome: ${outcome.kind}`;
  if (({} as Record<string, unknown>).polluted !== undefined) return 'a prototype was changed';
  if (outcome.kind !== 'ok') {
    if (outcome.detail === '' || outcome.detail.length > 200) return 'no detail in one line';
    return OBEYED.test(outcome.detail) ? 'the detail holds what a terminal obeys' : null;
  }
  const text = JSON.stringify(outcome.value);
  if (text.length > 20_000_000) return `an answer of ${text.length} characters was taken`;
  return /smuggled|stray/.test(text) ? 'an answer to another question was taken' : null;
}

const question = { collection: 'c', text: 'x', k: 10 };
const WAYS: readonly Way[] = [
  {
    name: 'a search',
    ask: (url) =>
      asked(http({ url, dialect: goLakehouse(), ...LIMITS }), (backend) =>
        call(backend, 'search', question),
      ),
  },
  {
    name: 'a retrieval',
    ask: (url) =>
      asked(http({ url, dialect: rustLakehouse(), ...LIMITS }), (backend) =>
        call(backend, 'retrieve', { collections: ['c'], text: 'x', k: 10 }),
      ),
  },
  {
    name: 'texts to embed',
    ask: (url) =>
      asked(http({ url, dialect: openai({ model: 'm' }), ...LIMITS }), (backend) =>
        call(backend, 'embed', { texts: ['a', 'b'], kind: 'query' }),
      ),
  },
  {
    name: 'its health, and a webhook',
    ask: async (url) => {
      const { findings } = await health(
        { name: 's', services: [{ name: 'a', url: `${url}/health` }] },
        { timeouts: { requestMs: REQUEST_MS, connectMs: REQUEST_MS } },
      );
      const said = findings?.services[0]?.reply ?? '';
      if (OBEYED.test(said) || said.length > 200)
        return ['what it said holds what a terminal obeys'];
      const verdict = { verdict: 'pass', sentence: '', failures: [] } as never;
      const told = await tellWebhook(url, 'run', verdict);
      return [told !== null && told.length > 100 ? 'the webhook was repeated' : null];
    },
  },
];
