import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFrontend } from '../../src/cutover/frontend/frontend.ts';
import { listen } from '../../src/cutover/frontend/listen.ts';
import { shadow } from '../../src/shadow/job/shadow.ts';
import { SHADOW_DEFAULTS, type ShadowConfig } from '../../src/shadow/job/shadow-config.ts';
import { http } from '../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { backend } from '../cutover/frontend/rig.ts';
import { temporaryFolder } from '../record/fixtures.ts';

/** Answers a candidate's request in place of the sound answer. */
export type Misbehaviour = (
  request: { readonly text: string; readonly response: ServerResponse },
  sound: () => void,
) => void;

/** Ids of the documents that answer a text: the same on both sides. */
export function idsFor(text: string): string[] {
  const seed = createHash('sha256').update(text).digest();
  return Array.from({ length: 10 }, (_, rank) => `w-${seed[rank]}-${rank}`);
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

/** An incumbent and a candidate that answer from the text alone; `misbehave` is looked up at each request. */
export async function stubPair(misbehave: () => Misbehaviour | null) {
  const asked = { incumbent: 0, candidate: 0, writes: 0 };
  const incumbent = await backend(async (request, response) => {
    if (request.url === '/health') return void response.end('lakehouse ok');
    const body = await bodyOf(request);
    if (!request.url?.startsWith('/vectors/hybrid')) return json(response, { accepted: 0 });
    asked.incumbent += 1;
    const ids = idsFor(String(body.question));
    const rows = ids.map((id, rank) => ({
      doc_id: id,
      score: 1 - rank / 20,
      metadata: { n: rank },
    }));
    json(response, { sources: rows, sql_matches: 10, method: 'hybrid' });
  });
  const candidate = await backend(async (request, response) => {
    if (request.url === '/health') return json(response, { status: 'ok', service: 'gateway' });
    const body = await bodyOf(request);
    if (request.url !== '/v1/matrix/retrieve') {
      asked.writes += 1;
      return json(response, {});
    }
    asked.candidate += 1;
    const text = String(body.query_text);
    const sound = () => {
      const rows = idsFor(text).map((id, rank) => ({
        id,
        distance: rank / 20,
        corpus: 'workers',
        metadata: { n: rank },
      }));
      json(response, { results: rows, per_corpus: { workers: 10 } });
    };
    const wrong = misbehave();
    if (wrong === null) sound();
    else wrong({ text, response }, sound);
  });
  return { incumbent, candidate, asked };
}

/** A shadow over a stub pair, that runs until it is stopped. */
export async function startShadow(
  pair: Pick<Awaited<ReturnType<typeof stubPair>>, 'incumbent' | 'candidate'>,
  settings: Partial<Omit<ShadowConfig, 'plan'>> & {
    readonly plan?: Partial<ShadowConfig['plan']>;
  } = {},
  requestMs = 300,
) {
  const runs = settings.runs ?? (await temporaryFolder());
  const ending = new AbortController();
  const timeouts = { connectMs: 500, requestMs };
  const sides = {
    incumbent: http({ url: pair.incumbent.url, dialect: rustLakehouse(), timeouts }),
    candidate: http({ url: pair.candidate.url, dialect: goLakehouse(), timeouts }),
  };
  const ready = Promise.withResolvers<{
    frontend: string;
    page: string | null;
    runFolder: string;
  }>();
  const notes: string[] = [];
  const plan = { ...SHADOW_DEFAULTS.plan, sample: 1, again: 0.5, ...settings.plan };
  const ended = shadow(
    { ...SHADOW_DEFAULTS, ...settings, runs, plan },
    {
      openFrontend: (tap) =>
        listen(createFrontend({ incumbentUrl: pair.incumbent.url, candidateUrl: null, tap }), 0),
      dialect: rustLakehouse(),
      ...sides,
      signal: ending.signal,
      progress: {
        stage: () => {},
        tick: () => {},
        remark: () => {},
        note: (line) => notes.push(line),
      },
      onReady: ready.resolve,
    },
  ).finally(async () => {
    await sides.incumbent.close();
    await sides.candidate.close();
  });
  ended.catch(ready.reject);
  const places = await ready.promise;
  return {
    ...places,
    url: places.frontend,
    runs,
    notes,
    ended,
    stop: async () => {
      ending.abort();
      return await ended;
    },
  };
}

/** Asks the incumbent through a frontend; gives the text of the answer. */
export async function askThrough(url: string, text: string, path = '/vectors/hybrid') {
  const response = await fetch(`${url}/api${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ question: text, index_name: 'workers', top_k: 10, generate: false }),
  });
  return await response.text();
}

/** What the incumbent answers to a text, to the byte. */
export function expectedAnswer(text: string): string {
  const sources = idsFor(text).map((id, rank) => ({
    doc_id: id,
    score: 1 - rank / 20,
    metadata: { n: rank },
  }));
  return JSON.stringify({ sources, sql_matches: 10, method: 'hybrid' });
}

/** Asks many texts, some at once. */
export async function askMany(
  url: string,
  texts: readonly string[],
  atOnce = 4,
): Promise<string[]> {
  const answers: string[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < texts.length; at = next++) {
      answers[at] = await askThrough(url, texts[at] ?? '');
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
}

/** Texts of needs that are all different. */
export function texts(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, at) => `need ${from + at}`);
}
