import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { counted } from '../../counted.ts';
import { UsageError } from '../../errors.ts';
import type { TrafficTap } from '../../wire/http/seen-exchange.ts';
import { answer } from './answers.ts';
import { forwardedRequestHeaders, withoutHeaders } from './headers.ts';
import type { FrontendLimits } from './limits.ts';
import { OwnAnswerError, Relay } from './relay.ts';
import { adaptingWriter, streamingWriter } from './response-writer.ts';
import { type ExchangeRecorder, recorderFor } from './tapped.ts';
import type { FrontendSide, ResponseAdapter } from './types.ts';

/** One side: connections and places of its own, so that the other side never waits for it. */
export class Upstream {
  readonly #side: FrontendSide;
  readonly #pool: Pool;
  readonly #limits: FrontendLimits;
  readonly #tap: TrafficTap | undefined;
  #inFlight = 0;

  /** @throws UsageError where the URL is no plain http(s) origin. */
  constructor(side: FrontendSide, url: string, limits: FrontendLimits, tap?: TrafficTap) {
    this.#side = side;
    this.#tap = tap;
    this.#limits = limits;
    this.#pool = new Pool(originOf(side, url), {
      connections: limits.connectionsPerSide,
      pipelining: 1,
      allowH2: false,
      connectTimeout: limits.connectTimeoutMs,
      // The relay counts from the request's last progress, which undici does not.
      headersTimeout: 0,
      bodyTimeout: limits.stallTimeoutMs,
    });
  }

  /** Passes a request on to `path` of this side's origin and answers it on `outgoing`; `kept` is a body that was read already. */
  pass(
    path: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    adapter: ResponseAdapter | null,
    kept: Buffer | null = null,
  ): void {
    const recorder = recorderFor(this.#tap, path, incoming, outgoing);
    const refusal = this.#refusal(incoming);
    if (refusal !== null) {
      answer(outgoing, refusal);
      return;
    }
    const method = incoming.method ?? 'GET';
    const adapts = adapter !== null && method !== 'HEAD';
    const plain = adapts
      ? adaptingWriter(outgoing, adapter, this.#side, this.#limits.adaptedSizeBytes)
      : streamingWriter(outgoing);
    const writer = recorder === null ? plain : recorder.around(plain);
    this.#inFlight += 1;
    let body: Transform | null = null;
    const relay = new Relay(this.#side, outgoing, writer, this.#limits, () => {
      this.#inFlight -= 1;
      body?.destroy();
    });
    if (kept === null) body = this.#bodyOf(incoming, relay, recorder);
    else recorder?.request(kept);
    const headers = forwardedRequestHeaders(incoming.rawHeaders);
    this.#pool.dispatch(
      {
        path,
        method: method as Dispatcher.HttpMethod,
        // An adapter reads the bytes, so they must come as they are.
        headers: adapts ? withoutHeaders(headers, ENCODINGS) : headers,
        body: kept ?? body,
      },
      relay,
    );
  }

  /** Cuts what is under way and closes every connection. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #refusal(incoming: IncomingMessage): OwnAnswerError['own'] | null {
    const { inFlightPerSide, bodySizeBytes } = this.#limits;
    const side = this.#side;
    if (this.#inFlight >= inFlightPerSide) {
      return {
        status: 503,
        code: `${side}-saturated`,
        side,
        error: `the ${side} has ${counted(inFlightPerSide, 'request')} under way; try again later`,
      };
    }
    if (Number(incoming.headers['content-length'] ?? 0) > bodySizeBytes)
      return tooLong(bodySizeBytes);
    const coding = incoming.headers['transfer-encoding'];
    if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
      // Only the chunks are undone here; any other coding would arrive without its label.
      return { status: 501, code: 'transfer-coding', error: 'the only transfer coding is chunked' };
    }
    return null;
  }

  #bodyOf(
    incoming: IncomingMessage,
    relay: Relay,
    recorder: ExchangeRecorder | null,
  ): Transform | null {
    const { headers } = incoming;
    const isEmpty =
      headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
    if (isEmpty) return null;
    const limit = this.#limits.bodySizeBytes;
    let sizeBytes = 0;
    // Stands between the two sockets: when a backend goes away, undici destroys the body it was given,
    // and the client must still get an answer.
    const body = new Transform({
      transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
        sizeBytes += chunk.length;
        relay.progress();
        recorder?.request(chunk);
        if (sizeBytes > limit) done(new OwnAnswerError(tooLong(limit)));
        else done(null, chunk);
      },
    });
    body.on('error', () => {});
    body.once('close', () => {
      if (incoming.readableEnded) return;
      // Read to its end all the same: a client that is still sending reads no answer.
      incoming.unpipe(body);
      incoming.resume();
    });
    incoming.pipe(body);
    return body;
  }
}

const ENCODINGS: ReadonlySet<string> = new Set(['accept-encoding', 'range', 'if-range']);

function tooLong(limit: number): OwnAnswerError['own'] {
  return { status: 413, code: 'body-too-long', error: `the body is longer than ${limit} bytes` };
}

/**
 * The origin of a side's URL.
 * @throws UsageError where it is more than an origin
 */
export function originOf(side: FrontendSide, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    `${url.search}${url.hash}${url.username}${url.password}` === '';
  if (isOrigin) return url.origin;
  throw new UsageError('frontend-origin', `the ${side}'s URL is no origin`, {
    hint: 'give scheme, host and port alone, e.g. http://127.0.0.1:3100',
  });
}
