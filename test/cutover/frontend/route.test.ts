import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ROUTE_LIMITS,
  type RouteLimits,
  routeGuard,
} from '../../../src/cutover/frontend/route/guard.ts';
import { isInShare } from '../../../src/cutover/frontend/route/sticky.ts';
import { translatorFor } from '../../../src/cutover/frontend/route/translate.ts';
import { UsageError } from '../../../src/errors.ts';
import { parseAsked } from '../../../src/traffic/asked-schema.ts';
import { logQuestions } from '../../../src/traffic/question-log.ts';
import { createRedactor } from '../../../src/traffic/redact/redactor.ts';
import { goLakehouse } from '../../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../../src/wire/lakehouse/rust-lakehouse.ts';
import { askThrough, expectedAnswer, type Misbehaviour, stubPair } from '../../shadow/rig.ts';
import { frontend, get, raw } from './rig.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface GoBody {
  readonly results: readonly {
    readonly id: string;
    readonly distance: number;
    readonly metadata: object;
  }[];
}
const adapters = new Map([
  [
    '/v1/matrix/retrieve',
    (body: unknown) => ({
      sources: (body as GoBody).results.map(({ id, distance, metadata }) => ({
        doc_id: id,
        score: 1 - distance,
        metadata,
      })),
      sql_matches: 10,
      method: 'hybrid',
    }),
  ],
]);

async function rig(
  misbehave: () => Misbehaviour | null = () => null,
  { percent = 100, limits = {} }: { percent?: number; limits?: Partial<RouteLimits> } = {},
) {
  const pair = await stubPair(misbehave);
  const log: string[] = [];
  const verdict = { lost: null as string | null };
  const guard = routeGuard({
    // How fast this machine is at the moment must close no route here.
    limits: { ...ROUTE_LIMITS, p95Ratio: 1000, verdictEveryMs: 20, ...limits },
    standing: async () => verdict.lost,
    log: (line) => log.push(line),
    now: () => performance.now(),
  });
  await guard.look();
  const path = '/vectors/hybrid';
  const { translate } = translatorFor(path, rustLakehouse(), goLakehouse(), adapters);
  const plain = await frontend({
    incumbentUrl: pair.incumbent.url,
    candidateUrl: pair.candidate.url,
  });
  const routed = await frontend({
    incumbentUrl: pair.incumbent.url,
    candidateUrl: pair.candidate.url,
    route: {
      path,
      percent,
      keyHeader: 'x-user-id',
      translate,
      guard,
      candidateUrl: pair.candidate.url,
      timeoutMs: 150,
    },
  });
  ends.push(pair.incumbent.kill, pair.candidate.kill, plain.stop, routed.stop);
  const ask = async (text: string, user: string | null) => {
    const response = await fetch(`${routed.url}/api/vectors/hybrid`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(user === null ? {} : { 'x-user-id': user }),
      },
      body: JSON.stringify({ question: text, index_name: 'workers', top_k: 10, generate: false }),
    });
    return {
      by: response.headers.get('x-frontend-route'),
      status: response.status,
      text: await response.text(),
    };
  };
  return { pair, log, verdict, plain, routed, ask };
}

describe('a route by evidence', () => {
  it('answers its share from the candidate in the incumbent’s shape, always the same users', async () => {
    const { ask } = await rig(undefined, { percent: 40 });
    const users = Array.from({ length: 60 }, (_, at) => `user ${at}`);
    for (const user of users) {
      const first = await ask('welder', user);
      const again = await ask('nurse', user);
      expect(first.by).toBe(isInShare('/vectors/hybrid', user, 40) ? 'candidate' : null);
      expect(again.by).toBe(first.by);
      expect(JSON.parse(first.text)).toEqual(JSON.parse(expectedAnswer('welder')));
    }
    expect((await ask('welder', null)).by).toBeNull();
  });

  it('whoever is in at 5 percent is in at 10', () => {
    const users = Array.from({ length: 4000 }, (_, at) => `user ${at}`);
    const at = (percent: number) => users.filter((user) => isInShare('/a', user, percent));
    expect(at(10)).toEqual(expect.arrayContaining(at(5)));
    expect(at(5).length / users.length).toBeCloseTo(0.05, 1);
    expect([at(0).length, at(100).length]).toEqual([0, 4000]);
  });

  it('leaves every other path as it is, to the byte', async () => {
    const { plain, routed } = await rig();
    for (const target of [
      '/api/health',
      '/api/vectors/search',
      '/api/storage/objects/a%2Fb?x=1',
      '/_go/health',
      '/api/vectors/hybrid',
    ]) {
      const strip = (answer: string) => answer.replace(/^date: .*\r\n/im, '');
      const [one, other] = await Promise.all([
        raw(plain.url, get(target)),
        raw(routed.url, get(target)),
      ]);
      expect(strip(other)).toBe(strip(one));
    }
  });

  it('gives users ids of 64 bits as they are', async () => {
    const rows = '[{"id":9007199254740993,"distance":0.5,"metadata":{}}]';
    const { ask } = await rig(() => ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"results":${rows}}`);
    });
    const { by, text } = await ask('welder', 'a user');
    expect(by).toBe('candidate');
    expect(text).toContain('"doc_id":9007199254740993,');
  });

  it('puts no question to the candidate without all of what it says', () => {
    const path = '/vectors/hybrid';
    const { translate } = translatorFor(path, rustLakehouse(), goLakehouse(), adapters);
    const asked = (more: object, target = path) => {
      const body = { question: 'welder', index_name: 'workers', top_k: 10, ...more };
      return translate({ method: 'POST', path: target, body: Buffer.from(JSON.stringify(body)) });
    };
    expect(asked({ generate: false, offset: 0 })).not.toBeNull();
    for (const more of [{ filters: { tenant: 7 } }, { offset: 20 }, { generate: true }]) {
      expect(asked(more), JSON.stringify(more)).toBeNull();
    }
    expect(asked({}, `${path}?tenant=7`)).toBeNull();
    const careless = {
      ...rustLakehouse(),
      decodeRequest: () => ({
        operation: 'retrieve' as const,
        request: { collections: ['workers'], text: 'welder', k: 10 },
      }),
    };
    const other = translatorFor(path, careless, goLakehouse(), adapters);
    expect(other.translate({ method: 'POST', path, body: Buffer.from('{}') })).not.toBeNull();
    const narrowed = { method: 'POST', path: `${path}?tenant=7`, body: Buffer.from('{}') };
    expect(other.translate(narrowed)).toBeNull();
  });

  it('puts no question to a candidate that has no word for a part of it', () => {
    const path = '/v1/matrix/retrieve';
    const back = new Map([['/vectors/hybrid', (body: unknown) => body]]);
    const { translate } = translatorFor(path, goLakehouse(), rustLakehouse(), back);
    const asked = (more: object) => {
      const body = { query_text: 'welder', corpora: ['workers'], k: 10, ...more };
      return translate({ method: 'POST', path, body: Buffer.from(JSON.stringify(body)) });
    };
    expect(asked({ metadata_filter: { state: 'IL' } })).not.toBeNull();
    expect(asked({ model: 'another-model' })).toBeNull();
    // Fifty rows would come in place of ten.
    expect(asked({ per_corpus_k: 50 })).toBeNull();
  });

  it.each<[string, Misbehaviour]>([
    ['failing', ({ response }) => void response.writeHead(500).end()],
    ['hung', () => {}],
    ['garbage', ({ response }) => void response.writeHead(200).end('{"results":')],
  ])(
    'a %s candidate costs no user an answer, and closes the route with a reason',
    async (_, wrong) => {
      const { ask, log } = await rig(() => wrong);
      for (let at = 0; at < 6; at++) {
        const { status, text, by } = await ask(`need ${at}`, 'u');
        expect([status, text, by]).toEqual([200, expectedAnswer(`need ${at}`), null]);
      }
      expect(log.join('\n')).toMatch(/closed: the candidate failed 3 of 3 requests/);
    },
  );

  it('a lost verdict sends everything back, and a verdict that stands again opens it', async () => {
    const { ask, log, verdict } = await rig();
    expect((await ask('a', 'u')).by).toBe('candidate');
    verdict.lost = 'the verdict has expired';
    await sleep(60);
    expect((await ask('b', 'u')).by).toBeNull();
    expect(log.at(-1)).toBe('closed: the verdict has expired');
    verdict.lost = null;
    await sleep(60);
    expect((await ask('c', 'u')).by).toBe('candidate');
  });

  it('a slow candidate closes it within the window', async () => {
    const { ask, log } = await rig(() => (_, sound) => void setTimeout(sound, 60), {
      percent: 50,
      limits: { least: 5, p95Ratio: 1.5 },
    });
    for (let at = 0; at < 60 && !log.some((line) => line.includes('p95')); at++) {
      await ask(`need ${at}`, `user ${at}`);
    }
    expect(log.at(-1)).toMatch(/^closed: p95 of the candidate/);
  });

  it('a slow candidate closes it by what the incumbent took before, where no newer answer is there', async () => {
    let nowMs = 0;
    const log: string[] = [];
    const guard = routeGuard({
      limits: ROUTE_LIMITS,
      standing: async () => null,
      log: (line) => log.push(line),
      now: () => nowMs,
    });
    ends.push(async () => guard.stop());
    await guard.look();
    expect(log.at(-1)).toContain(
      'a slow candidate closes it only after 20 answers of the incumbent',
    );
    const routed = (count: number) => {
      for (let at = 0; at < count; at++) guard.routed(true, 1900);
    };
    // Three windows of too few answers each; without twenty of them there is nothing to compare with.
    for (const answers of [9, 9, 2]) {
      routed(40);
      expect(guard.isOpen()).toBe(true);
      for (let at = 0; at < answers; at++) guard.incumbentAnswered(10);
      nowMs += ROUTE_LIMITS.windowMs;
    }
    routed(19);
    expect(guard.isOpen()).toBe(true);
    routed(1);
    expect(guard.isOpen()).toBe(false);
    expect(log.at(-1)).toContain('p95 of the candidate is 1900.0 ms, of the incumbent 10.0 ms');
  });

  it('refuses a path without an adapter, and one that is no search', () => {
    const make =
      (path: string, own = adapters) =>
      () =>
        translatorFor(path, rustLakehouse(), goLakehouse(), own);
    expect(make('/vectors/hybrid', new Map())).toThrow(UsageError);
    expect(make('/query')).toThrow(UsageError);
  });
});

/** What a user asked, of which no answer was seen. */
const EXCHANGE = {
  ...{ atMs: 0, method: 'POST', path: '/vectors/hybrid', reply: null, latencyMs: null },
  requestBody: Buffer.from(
    JSON.stringify({ question: 'welder', index_name: 'workers', top_k: 10, generate: false }),
  ),
};

describe('the log of questions', () => {
  it('holds what bench capture reads, redacted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'log-'));
    const pair = await stubPair(() => null);
    const path = join(folder, 'frontend.jsonl');
    const log = logQuestions({
      path,
      dialect: rustLakehouse(),
      share: 1,
      redactor: createRedactor(),
      random: () => 0,
      onError: () => {},
    });
    const front = await frontend({
      incumbentUrl: pair.incumbent.url,
      candidateUrl: null,
      tap: log.tap,
    });
    ends.push(
      () => rm(folder, { recursive: true }),
      pair.incumbent.kill,
      pair.candidate.kill,
      front.stop,
    );
    await askThrough(front.url, 'welder a@b.de');
    await fetch(`${front.url}/api/health`);
    await sleep(50);
    await log.stop();
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    const asked = parseAsked(JSON.parse(lines[0] ?? ''));
    expect(asked).toMatchObject({ redacted: true, question: { text: 'welder [email]' } });
    expect(asked?.answer?.ids).toHaveLength(10);
  });

  it('does not merge with a line that a kill has cut short, and waits for no pipe', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'log-'));
    ends.push(() => rm(folder, { recursive: true }));
    const failures: unknown[] = [];
    const written = async (path: string) => {
      const log = logQuestions({
        ...{ path, dialect: rustLakehouse(), share: 1, redactor: createRedactor() },
        ...{ random: () => 0, onError: (error: unknown) => void failures.push(error) },
      });
      log.tap.take(EXCHANGE);
      await log.stop();
    };
    const path = join(folder, 'frontend.jsonl');
    await writeFile(path, '{"asked":1,"ques');
    await written(path);
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    expect(parseAsked(JSON.parse(lines[1] ?? ''))?.question.text).toBe('welder');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await written(join(folder, 'pipe'));
    expect(failures).toHaveLength(1);
  });
});
