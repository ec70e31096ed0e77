import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prepareSide } from '../../src/load/drive/sides.ts';
import { runClosedTrial } from '../../src/load/drive/trial.ts';
import { outcomeOf } from '../../src/load/recorder.ts';
import { preflight } from '../../src/observe/preflight/preflight.ts';
import type { TlsOptions } from '../../src/wire/http/access.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { connect, serve } from './loopback.ts';

async function serveTls(): Promise<string> {
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => {
    response.end('lakehouse ok');
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const backendAt = (url: string, tls?: TlsOptions) =>
  connect({ url, dialect: rustLakehouse(), ...(tls === undefined ? {} : { tls }) });

async function underLoad(url: string, tls?: TlsOptions) {
  const side = await prepareSide({
    http: backendAt(url, tls).http,
    operation: 'search',
    queries: [{ id: 'q', need: 'q', text: 'a', slices: [], collections: ['c'] }],
    k: 1,
    model: null,
    probes: [],
  });
  const { record } = await runClosedTrial({
    arm: side.arm,
    concurrency: 1,
    durationMs: 10_000,
    maxRequests: 1,
    seed: 1,
  });
  return outcomeOf(record, 0);
}

describe('a backend behind TLS', () => {
  it('whose certificate is not trusted is refused, with the code that says why', async () => {
    expect(await backendAt(await serveTls()).health()).toMatchObject({
      kind: 'refused',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('is trusted by the authority that is named, for quality and under load', async () => {
    const url = await serveTls();
    const tls = { ca: CERTIFICATE };
    expect((await backendAt(url, tls).health()).kind).toBe('ok');
    expect(await underLoad(url, tls)).toBe('ok');
  });

  it.each(['a certificate of its own', 'no TLS at all'])(
    'with %s is met with the right hint, by preflight and by load',
    async (what) => {
      const url =
        what === 'no TLS at all'
          ? (await serve((_request, response) => response.end())).url.replace('http:', 'https:')
          : await serveTls();
      const backend = backendAt(url);
      const asked = preflight(
        { incumbent: backend, candidate: backend },
        {
          collections: [],
          operations: [],
          embeds: [],
          k: 1,
          model: null,
          signal: new AbortController().signal,
        },
      );
      const hint = expect.stringContaining('NODE_EXTRA_CA_CERTS');
      await expect(asked).rejects.toMatchObject({ exitCode: 4, hint });
      await expect(underLoad(url)).rejects.toMatchObject({ exitCode: 4, hint });
    },
  );
});
