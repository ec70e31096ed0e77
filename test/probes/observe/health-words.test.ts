import { expect, it } from 'vitest';
import { health } from '../../../src/probes/job/health.ts';
import { serve } from '../../wire/loopback.ts';

/** The state of a service that says this, with status 200. */
async function stateOf(said: string): Promise<string | undefined> {
  const { url } = await serve((_request, response) => response.end(said));
  const { findings } = await health({ name: 's', services: [{ name: 'a', url: `${url}/h` }] });
  return findings?.services[0]?.state;
}

it.each([
  'NOT READY',
  'not ok',
  'database down, api up',
  'unhealthy: was ok',
  'starting until ready',
  'false',
  '{"status":"ok","ready":false}',
  '{"ok":false}',
  '{"status":"NOT READY"}',
  '{"status":["ok"]}',
  '{}',
  '[]',
  '<html>it works</html>',
  `not ${'x '.repeat(200)}ok`,
])('a 200 that says %j is not up', async (said) => {
  expect(await stateOf(said)).toBe('unhealthy');
});

it.each([
  'ok',
  'lakehouse ok',
  'OK\n',
  '',
  'gateway: ready',
  '{"status":"ok"}',
  '{"ok":true,"checks":{}}',
  '{"status":" UP "}',
])('a 200 that says %j is up', async (said) => {
  expect(await stateOf(said)).toBe('up');
});
