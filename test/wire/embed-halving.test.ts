import { expect, it, onTestFinished } from 'vitest';
import { backendOfUrl } from '../../src/wire/backends.ts';
import { call } from '../../src/wire/call.ts';
import { compose } from '../../src/wire/compose.ts';
import { serve } from './loopback.ts';

/** An embedder that takes three texts at once, and never `bad`; and an index in memory. */
async function pair(bad: string | null) {
  const { url, received } = await serve(({ json }, response) => {
    const { inputs } = json as { inputs: string[] };
    const isRefused = inputs.length > 3 || (bad !== null && inputs.includes(bad));
    response.writeHead(isRefused ? 413 : 200, { 'content-type': 'application/json' });
    const vectors = inputs.map((text) => [Number(text), 1]);
    response.end(JSON.stringify(isRefused ? { error: 'too long' } : vectors));
  });
  const options = { timeouts: { connectMs: 500, requestMs: 2_000 }, env: {} };
  const embed = backendOfUrl(url.replace('http:', 'tei:'), options);
  const index = backendOfUrl('sqlite-vec:memory', options);
  const backend = compose({ embed, index });
  onTestFinished(() => backend.close());
  return { backend, received };
}

const documents = Array.from({ length: 8 }, (_, at) => ({
  id: `d-${at}`,
  text: String(at + 1),
  metadata: {},
}));

it('takes documents in although the embedder takes fewer at once than it says', async () => {
  const { backend } = await pair(null);
  const taken = await call(backend, 'ingest', { collection: 'c', documents, isLast: true });
  expect(taken).toMatchObject({ kind: 'ok', value: { accepted: 8 } });
  const listed = await call(backend, 'list', { collection: 'c', limit: 10, vectors: true });
  if (listed.kind !== 'ok') throw new Error(listed.detail);
  expect(listed.value.documents.map(({ id, vector }) => [id, vector?.[0]]).sort()).toEqual(
    documents.map(({ id, text }) => [id, Number(text)]),
  );
});

it('names the one document that the embedder refuses, and not its batch', async () => {
  const { backend } = await pair('6');
  const taken = await call(backend, 'ingest', { collection: 'c', documents, isLast: true });
  const detail = expect.stringMatching(/^document d-5: tei 127\.0\.0\.1:\d+: HTTP 413: too long$/);
  expect(taken).toMatchObject({ kind: 'http', detail });
});
