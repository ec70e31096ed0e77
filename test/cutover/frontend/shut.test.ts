import { afterEach, expect, test } from 'vitest';
import type { EndpointVerdict } from '../../../src/cutover/frontend/types.ts';
import { backend, echo, frontend } from './rig.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const VERDICT: EndpointVerdict = {
  endpoint: 'embed',
  verdict: 'pass',
  change: 'cleared',
  date: '2026-11-23',
  incumbentPath: '/ai/embed',
  candidatePath: '/v1/embed',
  runId: 'r1',
};

async function shutFrontend(verdict: EndpointVerdict | null | Error) {
  const incumbent = await backend(echo('incumbent'));
  const front = await frontend({
    incumbentUrl: incumbent.url,
    candidateUrl: null,
    verdictOf: async (path) => {
      if (verdict instanceof Error) throw verdict;
      return path === verdict?.candidatePath ? verdict : null;
    },
  });
  ends.push(front.stop, incumbent.kill);
  return front;
}

test('without a candidate every /_go/* request is 503, with the setting and the verdict of the endpoint', async () => {
  const front = await shutFrontend(VERDICT);
  const response = await fetch(`${front.url}/_go/v1/embed?x=1`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(503);
  expect(response.headers.get('x-frontend-error')).toBe('cutover-shut');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({
    code: 'cutover-shut',
    setting: 'GO_LAKEHOUSE_URL',
    path: '/v1/embed',
    verdict: VERDICT,
  });
  expect(body.error).toContain('set GO_LAKEHOUSE_URL');
  expect(body.rationale).toContain('pass (embed, 2026-11-23)');
});

test('an endpoint without a verdict says so, and a ledger that cannot be read changes nothing else', async () => {
  for (const verdict of [null, new Error('unreadable')]) {
    const front = await shutFrontend(verdict);
    const response = await fetch(`${front.url}/_go/v1/sql`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      verdict: null,
      rationale: expect.stringContaining('no verdict'),
    });
  }
});

test('/api/* and /health answer as ever', async () => {
  const front = await shutFrontend(null);
  expect((await fetch(`${front.url}/api/x`)).status).toBe(200);
  expect(await (await fetch(`${front.url}/health`)).json()).toEqual({
    status: 'ok',
    service: 'frontend',
    candidate: 'unset',
    setting: 'GO_LAKEHOUSE_URL',
  });
});
