import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../../../../src/config/package-root.ts';
import { startFrontend } from '../../../../src/demo/cutover/frontend-process.ts';
import { startPair } from '../../../../src/demo/gateway/pair.ts';
import { ENCODER } from '../inputs.ts';

/** The servers that are mistreated. */
export interface Servers {
  /** A frontend before the backend that counts. */
  readonly frontend: string;
  readonly gateways: readonly { readonly url: string; readonly kind: 'rust' | 'go' }[];
  /** Requests for `/admin` that reached the backend behind the frontend, which reads leniently. */
  readonly smuggled: () => number;
  /** Resident bytes of the frontend's process. */
  readonly frontendBytes: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Starts them, each in a process of its own but for the backend that counts. */
export async function startServers(signal: AbortSignal, folder: string): Promise<Servers> {
  let smuggled = 0;
  const backend = createServer({ insecureHTTPParser: true }, (request, response) => {
    if (request.url?.startsWith('/admin') === true) smuggled += 1;
    request.resume();
    request.on('end', () => response.end('ok'));
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as AddressInfo;
  const pair = await startPair({
    corpusFolder: join(packageRoot(), 'corpora', 'workers-200'),
    encoderFolder: ENCODER,
    signal,
  });
  const frontend = await startFrontend({
    route: null,
    incumbentUrl: `http://127.0.0.1:${port}`,
    candidateUrl: null,
    candidateLimits: {},
    ledger: join(folder, 'ledger.jsonl'),
    port: 0,
  });
  return {
    frontend: frontend.url,
    gateways: [
      { url: pair.incumbentUrl, kind: 'rust' },
      { url: pair.candidateUrl, kind: 'go' },
    ],
    smuggled: () => smuggled,
    frontendBytes: async () => {
      const status = await readFile(`/proc/${frontend.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
    },
    close: async () => {
      await frontend.stop();
      backend.close();
      backend.closeAllConnections();
      await pair.stop();
    },
  };
}
