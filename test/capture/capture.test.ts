import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { corpusOfCapture } from '../../src/capture/corpus/corpus-of-capture.ts';
import { drawnByFrequency } from '../../src/capture/find/draws.ts';
import { gatherTraffic } from '../../src/capture/find/gather.ts';
import { stratifiedSample } from '../../src/capture/find/strata.ts';
import { CAPTURE_DEFAULTS, type CaptureConfig, capture } from '../../src/capture/job/capture.ts';
import { packageRoot } from '../../src/config/package-root.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { UsageError } from '../../src/errors.ts';
import { rescore } from '../../src/rescore.ts';
import { askedRecord } from '../../src/traffic/asked-schema.ts';
import { openCapture } from '../../src/traffic/capture-record.ts';
import type { AskedQuestion } from '../../src/traffic/question.ts';
import { durationOf, timeOf } from '../../src/traffic/read/times.ts';
import { parseRule } from '../../src/traffic/redact/redactor.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-'));
});
afterEach(() => rm(folder, { recursive: true }));

const config = (files: readonly string[]): CaptureConfig => ({
  ...CAPTURE_DEFAULTS,
  files,
  dialect: rustLakehouse(),
  runs: join(folder, 'runs'),
});

const ANSWER = {
  sources: [
    { doc_id: 'w-1', score: 0.9, metadata: {} },
    { doc_id: 'w-2', score: 0.8, metadata: {} },
  ],
};
const body = (question: string, sql_filter?: string) => ({
  question,
  index_name: 'workers',
  sql_filter,
  top_k: 10,
  generate: false,
});

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Every text of every file below a folder. */
async function allTexts(below: string): Promise<string> {
  const entries = await readdir(below, { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

describe('traffic in files', () => {
  it('access logs: needs with frequency, answers, arrival times; what is no question is counted', async () => {
    const line = (at: string, request: object) => JSON.stringify({ time: at, ...request });
    const path = await fileOf(
      'access.jsonl',
      [
        line('2026-11-28T02:00:00Z', {
          method: 'POST',
          path: '/api/vectors/hybrid',
          body: body('Welder in Ohio'),
          status: 200,
          response: ANSWER,
        }),
        line('2026-11-28T02:00:01Z', {
          request: 'POST /vectors/hybrid HTTP/1.1',
          request_body: JSON.stringify(body('  welder IN ohio ')),
          status: '200',
          response_body: JSON.stringify({ sources: [...ANSWER.sources].reverse() }),
        }),
        line('2026-11-28T02:00:03Z', {
          method: 'POST',
          path: '/vectors/hybrid',
          body: body('Nurse', "state = 'IL'"),
        }),
        line('2026-11-28T02:00:04Z', { method: 'POST', path: '/vectors/index', body: {} }),
        line('2026-11-28T02:00:05Z', { method: 'GET', path: '/health' }),
        line('2026-11-28T02:00:06Z', {
          method: 'POST',
          path: '/vectors/hybrid',
          body: body('x', "state LIKE 'I%'"),
        }),
        'no JSON',
        JSON.stringify({ level: 'info' }),
        line('2026-11-28T02:00:07Z', {
          method: 'POST',
          path: '/api/vectors/hybrid?tenant=7',
          body: body('Welder in Ohio'),
        }),
      ].join('\n'),
    );
    const { findings, traffic, runFolder } = await capture(config([path]));
    expect(findings.tally).toEqual({
      read: 9,
      questions: 3,
      notReadOnly: 2,
      undecoded: 2,
      unreadable: 2,
      firstUnreadable: 7,
    });
    expect(
      traffic.needs.map(({ count, question }) => [question.text, count, question.filter]),
    ).toEqual([
      ['Welder in Ohio', 2, null],
      ['Nurse', 1, { state: 'IL' }],
    ]);
    expect(traffic.needs[0]?.baseline).toMatchObject({
      answer: { ids: ['w-2', 'w-1'] },
      earlier: { ids: ['w-1', 'w-2'] },
    });
    expect(traffic.needs[1]?.baseline).toBeNull();
    expect(traffic.arrivals.map(({ atMs, need }) => [atMs, need])).toEqual([
      [0, 0],
      [1000, 0],
      [3000, 1],
    ]);
    const again = await rescore(runFolder);
    expect(again.compared).toContain('findings.json');
    expect(again.differing).toEqual([]);
    expect((await openCapture(runFolder)).fingerprint).toBe(rustLakehouse().fingerprint);
  });

  it('HTTP archives, the log of the frontend and plain texts', async () => {
    const entry = {
      startedDateTime: '2026-11-28T02:00:00.000Z',
      time: 12,
      request: {
        method: 'POST',
        url: 'http://127.0.0.1:3700/api/vectors/hybrid',
        headers: [{ name: 'Authorization', value: 'Bearer hidden-token-1' }],
        postData: { mimeType: 'application/json', text: JSON.stringify(body('Welder')) },
      },
      response: {
        status: 200,
        content: {
          mimeType: 'application/json',
          encoding: 'base64',
          text: Buffer.from(JSON.stringify(ANSWER)).toString('base64'),
        },
      },
    };
    const har = await fileOf('a.har', JSON.stringify({ log: { entries: [entry, { x: 1 }] } }));
    const texts = await fileOf('b.txt', 'welder\n\nNurse\n');
    const own: AskedQuestion = {
      atMs: Date.UTC(2026, 10, 29),
      question: {
        operation: 'retrieve',
        collections: ['workers'],
        text: null,
        vector: Float32Array.of(1, 2),
        k: 3,
        perCollectionK: null,
        filter: null,
      },
      redacted: false,
      answer: null,
      latencyMs: 1,
    };
    const log = await fileOf('c.log', `${JSON.stringify(askedRecord(own))}\n`);
    const { traffic, findings } = await capture(config([har, texts, log]));
    expect(traffic.needs.map(({ question, count }) => [question.text, count])).toEqual([
      ['Welder', 2],
      ['Nurse', 1],
      [null, 1],
    ]);
    expect(traffic.needs[2]?.question.vector).toEqual(Float32Array.of(1, 2));
    expect(findings.tally.unreadable).toBe(1);
    await expect(capture(config([await fileOf('d.har', '[]')]))).rejects.toThrow(UsageError);
    await expect(capture(config([await fileOf('e.txt', '\n')]))).rejects.toThrow('no question');
  });

  it('a line that is not UTF-8 is no request, and a packed log is refused', async () => {
    const texts = Buffer.concat([
      Buffer.from('Welder\n'),
      Buffer.from('caf\xe9\nNurse\n', 'latin1'),
    ]);
    const path = join(folder, 'latin1.txt');
    await writeFile(path, texts);
    const { traffic, findings } = await capture(config([path]));
    expect(traffic.needs.map(({ question }) => question.text)).toEqual(['Welder', 'Nurse']);
    expect(findings.tally).toMatchObject({ unreadable: 1, firstUnreadable: 2 });
    const packed = join(folder, 'access.jsonl.gz');
    await writeFile(packed, gzipSync('{}\n'));
    await expect(capture(config([packed]))).rejects.toThrow(/access\.jsonl\.gz: is packed/);
  });

  it('planted personal data is in no file of the run', async () => {
    const secrets = [
      'jane.doe@example.com',
      '217-555-0134',
      '4111 1111 1111 1111',
      'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
      'B-123456',
    ];
    const line = {
      method: 'POST',
      path: `/api/vectors/hybrid?email=${encodeURIComponent(secrets[0] ?? '')}&token=abc123secret99`,
      headers: { authorization: 'Bearer abc123secret99', 'x-user': secrets[0] },
      body: body(
        `find ${secrets.join(' or ')}`,
        `mail = '${secrets[0]}' AND phone IN ('${secrets[1]}')`,
      ),
      status: 200,
      response: ANSWER,
    };
    const asked = { ...line, path: '/api/vectors/hybrid' };
    const path = await fileOf(
      'access.jsonl',
      `${JSON.stringify(line)}\n${JSON.stringify(asked)}\n{"broken ${secrets[0]}\n`,
    );
    const { runFolder, traffic, report } = await capture({
      ...config([path]),
      redact: [parseRule('badge=\\bB-\\d{6}\\b')],
    });
    const written = `${await allTexts(runFolder)}\n${report}`;
    for (const secret of [
      ...secrets,
      'abc123secret99',
      'jane',
      encodeURIComponent(secrets[0] ?? ''),
    ]) {
      expect(written).not.toContain(secret);
    }
    expect(traffic.needs[0]).toMatchObject({
      redacted: true,
      question: {
        text: 'find [email] or [phone] or [card] or [token] or [badge]',
        filter: { mail: '[email]', phone: { in: ['[phone]'] } },
      },
    });
  });

  it('are read no further after an interrupt, of which no run is left', async () => {
    const path = await fileOf('questions.txt', 'welder in Ohio\n'.repeat(5000));
    const interrupt = new AbortController();
    setImmediate(() => interrupt.abort(new Error('interrupted')));
    const captured = capture(config([path, path, path]), { signal: interrupt.signal });
    await expect(captured).rejects.toThrow('interrupted');
    expect(await readdir(folder)).toEqual(['questions.txt']);
  });

  it('texts may be kept as vectors alone', async () => {
    const path = await fileOf('a.txt', 'a very private wish\n');
    const { runFolder, traffic } = await capture(config([path]), {
      embed: async (texts) => texts.map((text) => Float32Array.of(text.length)),
    });
    expect(traffic.needs[0]?.question).toMatchObject({ text: null, vector: Float32Array.of(19) });
    expect(await allTexts(runFolder)).not.toContain('private');
    const opened = await openCapture(runFolder);
    expect(opened.traffic.needs[0]?.question.vector).toEqual(Float32Array.of(19));
  });

  it.each([
    ['2026-11-28T02:00:00Z', 1795831200000],
    ['28/Nov/2026:02:00:00 +0000', 1795831200000],
    [1795831200, 1795831200000],
    ['1795831200.5', 1795831200500],
    [1795831200000000, 1795831200000],
    ['yesterday', null],
    [null, null],
    [1e300, null],
    ['-5', null],
    ['2026-11-28 02:00:00,5 +0000', 1795831200500],
    ['2026-11-28T02:00:00.123456789Z', 1795831200123],
    ['2026-11-28T03:00+01', 1795831200000],
    ['28/Nov/2026:02:00:00.5 +0000', 1795831200500],
    ['Sat, 28 Nov 2026 02:00:00 GMT', 1795831200000],
    ['28 Nov 2026 03:00:00 +0100', 1795831200000],
    ['Sat Nov 28 02:00:00 UTC 2026', 1795831200000],
    ['worker 7', null],
    ['req-12', null],
    ['GMT+5 3', null],
    ['1 ms', null],
    ['20261128020000', null],
    ['0001-01-01T00:00:00Z', null],
    [0, null],
    [12.5, null],
  ])('time %s', (value, expected) => {
    expect(timeOf(value)).toBe(expected);
  });

  it.each([
    [12.5, 12.5],
    ['0', 0],
    [-1, null],
    ['', null],
    ['1e999', null],
  ])('duration %s', (value, expected) => {
    expect(durationOf(value)).toBe(expected);
  });
});

describe('the sample', () => {
  it('has frequent and rare needs, all of a small stratum, and the same for a seed', () => {
    const counts = [...Array<number>(1000).fill(1), ...Array<number>(50).fill(5), 300, 200];
    const kept = stratifiedSample(counts, 100, 7);
    expect(kept).toHaveLength(100);
    expect(kept).toEqual(stratifiedSample(counts, 100, 7));
    expect(kept).not.toEqual(stratifiedSample(counts, 100, 8));
    const of = (count: number) => kept.filter((index) => counts[index] === count).length;
    expect([of(300), of(200), of(5), of(1)]).toEqual([1, 1, 49, 49]);
    expect(stratifiedSample(counts, 5000, 7)).toHaveLength(counts.length);
  });

  const ask = (text: string, atMs: number): AskedQuestion => ({
    atMs,
    question: {
      operation: 'retrieve',
      collections: ['workers'],
      text,
      vector: null,
      k: 10,
      perCollectionK: null,
      filter: null,
    },
    redacted: false,
    answer: null,
    latencyMs: null,
  });

  it('keeps every arrival, with stand-ins of the same stratum', () => {
    const asked = Array.from({ length: 400 }, (_, at) => ask(`need ${at % 100}`, 10 * at));
    const traffic = gatherTraffic(asked, { needs: 10, seed: 1 });
    expect(traffic.needs).toHaveLength(10);
    expect(traffic.needs.every(({ represents }) => represents === 10)).toBe(true);
    expect(traffic.arrivals).toHaveLength(400);
    expect(traffic.standIns).toBe(360);
    expect(Math.max(...traffic.arrivals.map(({ need }) => need))).toBeLessThan(10);
  });

  it('draws by frequency, each draw a need with the asked one as its cluster', () => {
    const asked = Array.from({ length: 1000 }, (_, at) =>
      ask(at % 2 === 0 ? 'often' : `need ${at % 200}`, at),
    );
    const { needs } = gatherTraffic(asked, { needs: 1000, seed: 1 });
    const drawn = drawnByFrequency(needs, 3);
    const often = drawn.filter(({ text }) => text === 'often').length / drawn.length;
    expect(often).toBeGreaterThan(0.35);
    expect(often).toBeLessThan(0.65);
    expect(new Set(drawn.map(({ need }) => need)).size).toBe(drawn.length);
    expect(new Set(drawn.map(({ cluster }) => cluster)).size).toBeLessThan(drawn.length);
  });
});

describe('the baseline of a capture', () => {
  const once = (
    atMs: number | null,
    id: string,
    depths: Partial<AskedQuestion['question']> = {},
  ): AskedQuestion => ({
    atMs,
    question: {
      operation: 'retrieve',
      collections: ['workers', 'jobs'],
      text: 'welder',
      vector: null,
      k: 10,
      perCollectionK: null,
      filter: null,
      ...depths,
    },
    redacted: false,
    answer: { outcome: 'ok', status: 200, ids: [id], collections: ['workers'], similarities: [1] },
    latencyMs: 1,
  });
  const baselineOf = (asked: readonly AskedQuestion[]) => {
    const baseline = gatherTraffic(asked, { needs: 10, seed: 1 }).needs[0]?.baseline;
    return [baseline?.answer.ids[0], baseline?.earlier?.ids[0] ?? null];
  };

  it('is the last answer in time, in whatever order the files are named', () => {
    const old = [once(1000, 'first'), once(null, 'without a time'), once(2000, 'second')];
    const recent = [once(3000, 'third'), once(4000, 'last')];
    expect(baselineOf([...recent, ...old])).toEqual(['last', 'first']);
    expect(baselineOf([once(null, 'a'), once(null, 'b')])).toEqual(['b', 'a']);
  });

  it('is of one list: another depth of each collection is another', () => {
    const five = { perCollectionK: 5 };
    const asked = [once(1, 'five', five), once(2, 'one', { perCollectionK: 1 }), once(3, 'none')];
    expect(baselineOf(asked)).toEqual(['five', null]);
    expect(baselineOf([...asked, once(4, 'five again', five)])).toEqual(['five again', 'five']);
  });
});

describe('the corpus of a capture', () => {
  it('has the documents of one and the needs of the other; weights are said in it', async () => {
    const path = await fileOf('a.txt', 'welder\nnurse\nwelder\n');
    const { runFolder } = await capture(config([path]));
    const made = await corpusOfCapture({
      capture: await openCapture(runFolder),
      corpus: join(packageRoot(), 'corpora', 'workers-200'),
      weighting: 'frequency',
      seed: 1,
      parent: join(folder, 'made'),
    });
    const corpus = await loadCorpus(made.folder);
    expect(corpus.collections[0]?.documents).toHaveLength(200);
    expect(corpus.queries.map(({ text }) => text).every((text) => /welder|nurse/.test(text))).toBe(
      true,
    );
    expect(corpus.weights).toBe('frequency');
    expect(corpus.judgments.size).toBe(0);
  });

  it('has one need for a question that was asked on two endpoints', async () => {
    const questions = ['welder', 'nurse'];
    const lines = questions.flatMap((question) => [
      { method: 'POST', path: '/vectors/hybrid', body: body(question) },
      {
        method: 'POST',
        path: '/vectors/search',
        body: { query: question, index_name: 'workers', top_k: 10 },
      },
    ]);
    const path = await fileOf('both.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
    const { runFolder } = await capture(config([path]));
    for (const weighting of ['needs', 'frequency'] as const) {
      const made = await corpusOfCapture({
        capture: await openCapture(runFolder),
        corpus: join(packageRoot(), 'corpora', 'workers-200'),
        weighting,
        seed: 1,
        parent: join(folder, 'made'),
      });
      const { queries } = await loadCorpus(made.folder);
      expect(queries).toHaveLength(4);
      const units = new Set(queries.map(({ need, cluster }) => cluster ?? need));
      expect(units.size).toBeLessThanOrEqual(2);
    }
  });

  it('is made once, however often it is asked for, and says what the disk refused', async () => {
    const path = await fileOf('a.txt', 'welder\nnurse\nwelder\n');
    const { runFolder } = await capture(config([path]));
    const made = async (weighting: 'needs' | 'frequency', parent: string) =>
      await corpusOfCapture({
        capture: await openCapture(runFolder),
        corpus: join(packageRoot(), 'corpora', 'workers-200'),
        weighting,
        seed: 1,
        parent,
      });
    const parent = join(folder, 'made');
    const first = await made('needs', parent);
    expect((await made('needs', parent)).folder).toBe(first.folder);
    await made('frequency', parent);
    expect(await readdir(parent)).toHaveLength(2);
    const names = await readdir(first.folder);
    expect(names.filter((name) => /partial|tmp/.test(name))).toEqual([]);
    expect((await loadCorpus(first.folder)).queries).toHaveLength(2);
    await expect(made('needs', join(path, 'below'))).rejects.toMatchObject({
      code: 'file-write',
      message: expect.stringContaining(`${path}/below`),
    });
  });

  it('refuses needs of other collections', async () => {
    const path = await fileOf('a.txt', 'welder\n');
    const { runFolder } = await capture({ ...config([path]), collections: ['elsewhere'] });
    await expect(
      corpusOfCapture({
        capture: await openCapture(runFolder),
        corpus: join(packageRoot(), 'corpora', 'workers-200'),
        weighting: 'needs',
        seed: 1,
        parent: join(folder, 'made'),
      }),
    ).rejects.toThrow('asks elsewhere');
  });
});
