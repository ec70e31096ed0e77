import { afterEach, describe, expect, test } from 'vitest';
import type { ResponseAdapter } from '../../../src/cutover/frontend/types.ts';
import { backend, frontend } from './rig.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Written by hand: raw vectors to unit vectors, and the incumbent's names. */
const embedAdapter: ResponseAdapter = (body) => {
  const { vectors, dimension, model } = body as {
    vectors: number[][];
    dimension: number;
    model: string;
  };
  const embeddings = vectors.map((vector) => {
    const norm = Math.hypot(...vector);
    return vector.map((value) => value / norm);
  });
  return { embeddings, dimensions: dimension, model };
};

/** Recorded pairs: the candidate's body and the incumbent's to the same request; 3-4-5 triangles, so exact. */
const PAIRS = [
  [
    { vectors: [[3, 4]], dimension: 2, model: 'm' },
    { embeddings: [[0.6, 0.8]], dimensions: 2, model: 'm' },
  ],
  [
    {
      vectors: [
        [0, 5],
        [-8, 6],
      ],
      dimension: 2,
      model: 'n\u00e9',
    },
    {
      embeddings: [
        [0, 1],
        [-0.8, 0.6],
      ],
      dimensions: 2,
      model: 'n\u00e9',
    },
  ],
] as const;

type Answer = { status?: number; headers?: Record<string, string>; body: string };

async function rig(answer: () => Answer, adapter: ResponseAdapter = embedAdapter) {
  const seen: Record<string, string | string[] | undefined>[] = [];
  const candidate = await backend((request, response) => {
    seen.push(request.headers);
    const { status = 200, headers = { 'content-type': 'application/json' }, body } = answer();
    response.writeHead(status, { etag: '"of the raw bytes"', 'x-kept': 'yes', ...headers });
    response.end(body);
  });
  const front = await frontend({
    incumbentUrl: candidate.url,
    candidateUrl: candidate.url,
    adapters: new Map([['/v1/embed', adapter]]),
    limits: { adaptedSizeBytes: 1000 },
  });
  ends.push(candidate.kill, front.stop);
  return { url: front.url, seen };
}

describe('with an adapter for a path, /_go/* answers there in the shape of the incumbent', () => {
  test.each(PAIRS)('recorded pair %#', async (fresh, old) => {
    const { url, seen } = await rig(() => ({ body: JSON.stringify(fresh) }));
    const response = await fetch(`${url}/_go/v1/embed?x`, { method: 'POST', body: '{}' });
    const text = await response.text();
    expect(text).toBe(JSON.stringify(old));
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(response.headers.get('x-kept')).toBe('yes');
    // Of bytes that are no longer sent.
    expect(response.headers.get('etag')).toBeNull();
    expect(seen[0]?.['accept-encoding']).toBeUndefined();
  });

  test('ids of 64 bits stay as they are', async () => {
    const { url } = await rig(
      () => ({ body: '{"results":[{"id":9007199254740993}]}' }),
      (body) => ({ sources: (body as { results: unknown }).results }),
    );
    const response = await fetch(`${url}/_go/v1/embed`);
    expect(await response.text()).toBe('{"sources":[{"id":9007199254740993}]}');
  });

  test('other paths, the incumbent, errors and what is no JSON are left as they are', async () => {
    const plain = JSON.stringify(PAIRS[0][0]);
    const { url } = await rig(() => ({ body: plain }));
    expect(await (await fetch(`${url}/_go/v1/embed/x`)).text()).toBe(plain);
    expect(await (await fetch(`${url}/api/v1/embed`)).text()).toBe(plain);
    const failing = await rig(() => ({ status: 400, body: '{"error":"no"}' }));
    const error = await fetch(`${failing.url}/_go/v1/embed`);
    expect([error.status, await error.text()]).toEqual([400, '{"error":"no"}']);
    const text = await rig(() => ({ headers: { 'content-type': 'text/plain' }, body: plain }));
    expect(await (await fetch(`${text.url}/_go/v1/embed`)).text()).toBe(plain);
  });

  test('an answer that cannot be adapted is 502 and never goes out half changed', async () => {
    for (const body of ['{"vectors":', '{"unexpected":1}', JSON.stringify('x'.repeat(2000))]) {
      const { url } = await rig(() => ({ body }));
      const response = await fetch(`${url}/_go/v1/embed`);
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ code: 'adapter-failed' });
    }
  });
});
