import type { Corpus } from '../../../src/corpus/types.ts';
import { listen } from '../../../src/cutover/frontend/listen.ts';
import type { FaultHooks } from '../../../src/demo/gateway/faults/types.ts';
import { createGoGateway } from '../../../src/demo/gateway/go/gateway.ts';
import { createRustGateway } from '../../../src/demo/gateway/rust/gateway.ts';
import { type HttpBackend, http } from '../../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../../src/wire/lakehouse/rust-lakehouse.ts';
import { COLLECTIONS, standInEncoder } from '../../demo/gateway/stand-in.ts';

/** A backend with a real server behind it, in this process. */
export interface Served {
  readonly backend: HttpBackend;
  readonly url: string;
  stop(): Promise<void>;
}

const encoder = standInEncoder();

/** The Rust-shaped gateway over the stand-in collections; it takes a second or two to start. */
export async function serveRust(allowWrites = false): Promise<Served> {
  const gateway = await createRustGateway({ encoder, collections: COLLECTIONS, allowWrites });
  const listener = await listen(gateway, 0);
  const backend = http({ url: listener.url, dialect: rustLakehouse() });
  return { backend, url: listener.url, stop: () => backend.close().then(() => listener.stop()) };
}

/** The Go-shaped gateway over the same, with whatever is planted in it. */
export async function serveGo(
  faults: readonly FaultHooks[] = [],
  allowWrites = false,
): Promise<Served> {
  const gateway = await createGoGateway({
    encoder,
    collections: COLLECTIONS,
    faults,
    allowWrites,
  });
  const listener = await listen(gateway, 0);
  const backend = http({ url: listener.url, dialect: goLakehouse() });
  return { backend, url: listener.url, stop: () => backend.close().then(() => listener.stop()) };
}

/** A fault that changes the JSON answers of one path. */
export function changing(
  path: string,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): FaultHooks {
  return {
    around: async (request, next) => {
      const response = await next();
      if (!new URL(request.url).pathname.startsWith(path) || !response.ok) return response;
      return Response.json(change((await response.json()) as Record<string, unknown>));
    },
  };
}

/** The stand-in collections as a corpus, asked for 30 needs. */
export const CORPUS: Corpus = {
  name: 'stand-in',
  folder: '',
  collections: COLLECTIONS,
  queries: Array.from({ length: 30 }, (_, at) => ({
    id: `q-${at}`,
    need: `n-${at}`,
    text: `worker in town ${at % 9} unit ${at % 17} number ${at}`,
    slices: [],
    collections: ['workers'],
  })),
  judgments: new Map(),
  hashes: { documents: {}, queries: '', judgments: '' },
};
