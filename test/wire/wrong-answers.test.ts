import { describe, expect, it, onTestFinished } from 'vitest';
import type { Backend } from '../../src/wire/backend.ts';
import { backendOfUrl } from '../../src/wire/backends.ts';
import { call } from '../../src/wire/call.ts';
import { serve } from './loopback.ts';
import { carryOut, recordingOf } from './recorded/recording.ts';

/**
 * Carries out the first recorded case of an operation whose name begins so, with one text of its answers replaced in
 * each; a pattern with `g` in all of its places.
 */
async function altered(
  scheme: string,
  name: string,
  replaced: string | RegExp,
  by: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  const { env, cases } = recordingOf(scheme);
  const found = cases.find((each) => each.name.startsWith(name));
  if (found === undefined) throw new Error(`${scheme} has no case ${name}`);
  const answers = found.exchanges.map(({ response: { status = 200, json, text } }) => {
    const before = text ?? JSON.stringify(json);
    const after = status === 200 ? before.replace(replaced, by) : before;
    return { status, after, type: text === undefined ? 'json' : 'x-ndjson', before };
  });
  expect(answers.some(({ before, after }) => before !== after)).toBe(true);
  let sent = 0;
  const { url } = await serve((_request, response) => {
    const { status, after, type } = answers[sent++] ?? answers.at(-1) ?? never();
    response.writeHead(status, { 'content-type': `application/${type}` });
    response.end(after);
  });
  const backend = at(scheme, `${url.replace('http://', '')}/${found.url}`, env);
  const outcome = await carryOut(backend, { ...found, request: { ...found.request, ...more } });
  return { outcome, backend };
}

function at(scheme: string, place: string, env: Readonly<Record<string, string>> = {}): Backend {
  const timeouts = { connectMs: 500, requestMs: 2_000 };
  const url = `${scheme}://${place}${place.includes('?') ? '&' : '?'}tls=false`;
  const backend = backendOfUrl(url, { timeouts, env });
  onTestFinished(() => backend.close());
  return backend;
}

function never(): never {
  throw new Error('no answer is left');
}

const LONG = '9007199254740993';

describe('ids', () => {
  it.each([
    ['qdrant', 'searches with effort', /"document_id":"[^"]*"/],
    ['milvus', 'searches with ef', /"document_id":"[^"]*"/],
    ['meilisearch', 'searches with every', /"document_id":"[^"]*"/],
    ['weaviate', 'searches with every', /"document_id":"[^"]*"/],
    ['turbopuffer', 'searches with every', /"document_id":"[^"]*"/],
    ['vespa', 'searches with effort', /"document_id":"[^"]*"/],
    ['qdrant', 'lists a page', /"document_id":"[^"]*"/],
    ['milvus', 'lists after', /"document_id":"[^"]*"/],
    ['meilisearch', 'lists a page', /"document_id":"[^"]*"/],
    ['weaviate', 'lists a page', /"document_id":"[^"]*"/],
    ['turbopuffer', 'lists after', /"document_id":"[^"]*"/],
  ])(
    'of %s (%s) beyond 2^53 are exact, and none is made of an object',
    async (scheme, name, id) => {
      const exact = (await altered(scheme, name, id, `"document_id":${LONG}`)).outcome;
      expect(exact).toMatchObject({ kind: 'ok' });
      expect(JSON.stringify(exact)).toContain(`"id":"${LONG}"`);
      for (const wrong of ['{"a":1}', 'true', '["a"]', '1e400']) {
        const { outcome } = await altered(scheme, name, id, `"document_id":${wrong}`);
        expect(outcome).toMatchObject({
          kind: 'malformed',
          detail: expect.stringContaining('document_id'),
        });
      }
    },
  );

  it.each([
    ['qdrant', 'lists a page', /"next_page_offset":[^,}]*/, `"next_page_offset":${LONG}`],
    ['turbopuffer', 'lists after', /"id":"[^"]*"(?!.*"id")/, `"id":${LONG}`],
  ])('of %s beyond 2^53 are where the next page begins', async (scheme, name, replaced, by) => {
    const { outcome, backend } = await altered(scheme, name, replaced, by, { limit: 1 });
    expect(outcome).toMatchObject({ kind: 'ok', value: { cursor: LONG } });
    const request = { collection: 'workers', limit: 1, cursor: LONG, vectors: false };
    const [next] = backend.http?.encode('list', request)?.requests ?? [];
    const body = next === undefined ? null : backend.http?.prepare(next).body;
    expect(String(body)).toMatch(new RegExp(`[:,]${LONG}[,}\\]]`));
  });
});

describe('an answer that lacks what it is asked for', () => {
  it.each([
    ['chroma', 'searches with several', /"ids":\[.*?\]\]/, '"ids":[]'],
    ['weaviate', 'searches with every', /"Get":\{/, '"Get":{},"x":{'],
    ['weaviate', 'makes a class', /"nodes":\[.*\]/, '"nodes":[]'],
    ['typesense', 'searches with ef', /"hits":/, '"grouped":'],
    ['elasticsearch', 'lists the first page', /"sort":\[[^\]]*\]/g, '"sort":null'],
    ['elasticsearch', 'describes an index that is quantised', '"count":', '"count":-'],
    ['pinecone', 'lists ids', /"w-1":/g, '"other":'],
    ['cohere', 'says that a text is a query', /"float":\[\[.*?\]\]/, '"float":[[]]'],
    ['tei', 'names the prompt', /\[\[.*?\]\]/, '[[]]'],
  ])('%s: %s', async (scheme, name, replaced, by) => {
    const { outcome } = await altered(scheme, name, replaced, by, { vectors: false });
    expect(outcome.kind).toBe('malformed');
  });

  it.each([
    ['elasticsearch', 'describes an index that is quantised', '"failed":0', '"failed":1'],
    ['elasticsearch', 'makes an index', '"failed":0', '"failed":1'],
    ['elasticsearch', 'makes an index', /"items":\[.*?\]/, '"items":[]'],
    ['opensearch', 'makes an index', /"items":\[.*?\]/, '"items":[]'],
    ['weaviate', 'makes a class', /\[\{"class".*\}\]|\[\{"id".*\}\]/, '[]'],
    ['milvus', 'makes a collection', '"upsertCount":1', '"upsertCount":0'],
    ['pinecone', 'puts documents in', /"upsertedCount":\d+/, '"upsertedCount":0'],
    ['turbopuffer', 'writes rows', /"rows_affected":\d+/, '"rows_affected":0'],
    ['typesense', 'makes a collection', /\{"success":true\}\n?/, ''],
  ])('%s leaves something out with status 200: %s', async (scheme, name, replaced, by) => {
    const { outcome } = await altered(scheme, name, replaced, by);
    expect(outcome.kind).toBe('rejected');
  });

  it('typesense answers an import with what is no JSON', async () => {
    const { outcome } = await altered(
      'typesense',
      'makes a collection',
      /^\{"success".*/,
      'nothing',
    );
    expect(outcome).toMatchObject({ kind: 'malformed', detail: 'a line that is no JSON' });
  });
});

describe('an embedder', () => {
  const embedded = async (parameters: string, answer: unknown) => {
    const { url, received } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
    const backend = at('openai', `${url.replace('http://', '')}/?model=m${parameters}`);
    const outcome = await call(backend, 'embed', { texts: ['a'], kind: 'query' });
    return { outcome, received };
  };

  it('that passes over the dimensions that are asked for is malformed', async () => {
    const answer = { data: [{ index: 0, embedding: [1, 0, 0] }] };
    const { outcome, received } = await embedded('&dimensions=2', answer);
    expect(received[0]?.json).toMatchObject({ dimensions: 2 });
    expect(outcome).toMatchObject({
      kind: 'malformed',
      detail: 'vectors of 3 dimensions where 2 were asked for',
    });
  });

  it.each(['AACAPwAA', 'not base64 at all', 'AACA', ''])(
    'whose base64 is cut or none (%j) is malformed',
    async (embedding) => {
      const { outcome } = await embedded('&encoding=base64', { data: [{ index: 0, embedding }] });
      expect(outcome.kind).toBe('malformed');
    },
  );
});
