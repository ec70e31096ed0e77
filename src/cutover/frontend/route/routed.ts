import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { pathOnly } from '../../../wire/json/received.ts';
import { adaptedBody } from '../response-writer.ts';
import { originOf, type Upstream } from '../upstream.ts';
import type { EvidenceRoute, TranslatedRequest } from './evidence-route.ts';
import { isInShare } from './sticky.ts';

/** Requests beyond this are not routed. */
const REQUEST_BYTES = 1024 * 1024;
const ANSWER_BYTES = 8 * 1024 * 1024;
/** Says who answered. */
const ROUTE_HEADER = 'x-frontend-route';

/** Answers the share of one path from the candidate, and everything else, and whatever fails, from the incumbent. */
export class RoutedPath {
  readonly #route: EvidenceRoute;
  readonly #incumbent: Upstream;
  readonly #pool: Pool;

  /** @throws UsageError where the candidate's URL is no plain origin. */
  constructor(route: EvidenceRoute, incumbent: Upstream) {
    this.#route = route;
    this.#incumbent = incumbent;
    this.#pool = new Pool(originOf('candidate', route.candidateUrl), {
      connections: 64,
      pipelining: 1,
      allowH2: false,
      connectTimeout: Math.min(1000, route.timeoutMs),
    });
  }

  /** Whether a request is of this path and this share, and may go to the candidate now. */
  takes(path: string, incoming: IncomingMessage): boolean {
    const { guard, keyHeader, percent } = this.#route;
    if (pathOnly(path) !== this.#route.path || !guard.isOpen()) return false;
    const key = incoming.headers[keyHeader];
    const length = Number(incoming.headers['content-length'] ?? Number.NaN);
    // A body of unknown length cannot be kept for the incumbent.
    if (typeof key !== 'string' || key === '' || !(length > 0 && length <= REQUEST_BYTES))
      return false;
    return isInShare(this.#route.path, key, percent);
  }

  /** Whether the incumbent's answers to a path are what the candidate is held against. */
  watches(path: string): boolean {
    return pathOnly(path) === this.#route.path;
  }

  /** Takes the time of an answer of the incumbent. */
  watch(outgoing: ServerResponse): void {
    const startedMs = performance.now();
    outgoing.once('finish', () =>
      this.#route.guard.incumbentAnswered(performance.now() - startedMs),
    );
  }

  /** Answers a request that it takes. */
  async answer(path: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    // Whoever sent half a body is gone.
    if (body === null) return void outgoing.destroy();
    const { guard, translate } = this.#route;
    const asked = translate({ method: incoming.method ?? '', path, body });
    if (asked !== null) {
      const startedMs = performance.now();
      const answered = await this.#ask(asked).catch(() => null);
      guard.routed(answered !== null, performance.now() - startedMs);
      if (answered !== null && !outgoing.destroyed) {
        outgoing.writeHead(200, {
          'content-type': 'application/json',
          'content-length': answered.length,
          [ROUTE_HEADER]: 'candidate',
        });
        outgoing.end(answered);
        return;
      }
    }
    if (!outgoing.destroyed) this.#incumbent.pass(path, incoming, outgoing, null, body);
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    this.#route.guard.stop();
    await this.#pool.destroy();
  }

  async #ask({ method, path, body, adapter }: TranslatedRequest): Promise<Buffer> {
    const signal = AbortSignal.timeout(this.#route.timeoutMs);
    const response = await this.#pool.request({
      method: method as Dispatcher.HttpMethod,
      path,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      signal,
    });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of response.body) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > ANSWER_BYTES) throw new Error('the answer is too long');
      chunks.push(chunk as Buffer);
    }
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
    return adaptedBody(adapter, chunks);
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}
