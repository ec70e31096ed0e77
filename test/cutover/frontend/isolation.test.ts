import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import type { FrontendLimits } from '../../../src/cutover/frontend/limits.ts';
import { type Backend, backend, echo, frontend } from './rig.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function rig(
  candidateListener: RequestListener,
  limits: Partial<FrontendLimits> = {},
): Promise<{ url: string; candidate: Backend; incumbent: Backend }> {
  const incumbent = await backend(echo('incumbent'));
  const candidate = await backend(candidateListener);
  const front = await frontend({
    incumbentUrl: incumbent.url,
    candidateUrl: candidate.url,
    limits,
  });
  ends.push(incumbent.kill, candidate.kill, front.stop);
  return { url: front.url, candidate, incumbent };
}

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

describe('what befalls the candidate is told, and stays with the candidate', () => {
  test('killed: 502 with JSON, for a request with an unread body too; back again: answers', async () => {
    const { url, candidate } = await rig(echo('candidate'));
    expect((await fetch(`${url}/_go/x`)).status).toBe(200);
    await candidate.kill();
    for (const body of [undefined, Buffer.alloc(3_000_000)]) {
      const response = await fetch(`${url}/_go/x`, {
        method: 'POST',
        ...(body === undefined ? {} : { body }),
      });
      expect(response.status).toBe(502);
      expect(await codeOf(response)).toMatch(/^candidate-(unreachable|failed)$/);
    }
    expect((await fetch(`${url}/api/x`)).status).toBe(200);
    await candidate.restart();
    expect((await fetch(`${url}/_go/x`)).status).toBe(200);
  });

  test('hung: 504 after the time limit, while the incumbent answers', async () => {
    const { url } = await rig(() => {}, { answerTimeoutMs: 100, connectionsPerSide: 1 });
    const hung = Array.from({ length: 5 }, () => fetch(`${url}/_go/x`));
    expect((await fetch(`${url}/api/x`)).status).toBe(200);
    for (const response of await Promise.all(hung)) {
      expect(response.status).toBe(504);
      expect(await codeOf(response)).toBe('candidate-timeout');
    }
  });

  test('saturated: 503 beyond the places of the side, while the incumbent answers', async () => {
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const { url } = await rig(
      async (_request, response) => {
        await gate;
        response.end('done');
      },
      { connectionsPerSide: 2, inFlightPerSide: 4 },
    );
    const all = Array.from({ length: 10 }, () => fetch(`${url}/_go/x`));
    const first = await Promise.race(all);
    expect(first.status).toBe(503);
    expect(await codeOf(first)).toBe('candidate-saturated');
    expect((await fetch(`${url}/api/x`)).status).toBe(200);
    letGo();
    const statuses = (await Promise.all(all)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 200, 200, 503, 503, 503, 503, 503, 503]);
    // The places are free again.
    expect((await fetch(`${url}/_go/x`)).status).toBe(200);
  });

  test('an answer that breaks off is cut and never looks whole', async () => {
    const { url } = await rig((_request, response) => {
      response.writeHead(200);
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const response = await fetch(`${url}/_go/x`);
    await expect(response.text()).rejects.toThrow();
  });

  test('an answer that stops in the middle is cut after the time limit', async () => {
    const { url } = await rig(
      (_request, response) => {
        response.writeHead(200);
        response.write('half');
      },
      { stallTimeoutMs: 100 },
    );
    await expect((await fetch(`${url}/_go/x`)).text()).rejects.toThrow();
  });

  test('no valid HTTP is 502 with JSON', async () => {
    const { url } = await rig((request) => {
      request.socket.end('nonsense\r\n\r\n');
    });
    const response = await fetch(`${url}/_go/x`);
    expect(response.status).toBe(502);
    expect(await codeOf(response)).toBe('candidate-failed');
  });

  test('its own 500 arrives unchanged', async () => {
    const { url } = await rig((_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"error":"own"}');
    });
    const response = await fetch(`${url}/_go/x`);
    expect(response.status).toBe(500);
    expect(response.headers.get('x-frontend-error')).toBeNull();
    expect(await response.text()).toBe('{"error":"own"}');
  });
});

describe('both ways are streams', () => {
  test('the first piece of an answer arrives before the last one is made', async () => {
    let finish = () => {};
    const { url } = await rig((_request, response) => {
      response.write('first');
      finish = () => response.end('last');
    });
    const { body } = await request(`${url}/_go/x`);
    const pieces = body[Symbol.asyncIterator]();
    expect(String((await pieces.next()).value)).toBe('first');
    finish();
    expect(String((await pieces.next()).value)).toBe('last');
  });

  test('the first piece of a request arrives before the last one is sent', async () => {
    const arrived: string[] = [];
    const { url } = await rig((incoming, response) => {
      incoming.on('data', (chunk: Buffer) => {
        arrived.push(chunk.toString());
        response.write(`got ${chunk}`);
      });
      incoming.on('end', () => response.end());
    });
    let send: (text: string | null) => void = () => {};
    const body = new ReadableStream({
      start: (controller) => {
        send = (text) =>
          text === null ? controller.close() : controller.enqueue(new TextEncoder().encode(text));
      },
    });
    send('first');
    const response = await fetch(`${url}/_go/x`, {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('got first');
    send('last');
    send(null);
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('got last');
    expect(arrived).toEqual(['first', 'last']);
  });

  test('a client that does not read holds the candidate back, and then gets every byte', async () => {
    const total = 64 * 1024 * 1024;
    const piece = Buffer.alloc(64 * 1024, 7);
    let written = 0;
    const { url } = await rig(async (_request, response) => {
      while (written < total) {
        written += piece.length;
        if (!response.write(piece)) await once(response, 'drain');
      }
      response.end();
    });
    const { body } = await request(`${url}/_go/x`);
    await sleep(300);
    expect(written).toBeLessThan(total);
    let read = 0;
    for await (const chunk of body) read += (chunk as Buffer).length;
    expect(read).toBe(total);
  });

  test('a client that goes away ends the request at the candidate', async () => {
    let gone: (() => void) | null = null;
    const isGone = new Promise<void>((resolve) => {
      gone = resolve;
    });
    let reached = () => {};
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { url } = await rig((_incoming, response) => {
      response.on('close', () => gone?.());
      reached();
    });
    const client = new AbortController();
    const asked = fetch(`${url}/_go/x`, { signal: client.signal });
    await isReached;
    client.abort();
    await expect(asked).rejects.toThrow();
    await isGone;
  });
});
