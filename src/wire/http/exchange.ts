import type { Dispatcher } from 'undici';
import { BodyBuffer } from '../bounds/body-buffer.ts';
import type { ByteBudget } from '../bounds/byte-budget.ts';
import { JsonBounds, opensJson } from '../bounds/json-bounds.ts';
import type { RawReply } from './access.ts';
import {
  deadlineFailure,
  type ExchangeProgress,
  type Failure,
  failureOf,
  type ResponseHead,
  statusFailure,
  type Timeouts,
} from './failure.ts';
import type { PreparedRequest } from './prepare.ts';

/** What holds for every exchange with one backend. */
export interface ExchangeLimits {
  /** The backend's `name:port`, for messages. */
  readonly host: string;
  readonly timeouts: Timeouts;
  readonly maxBodyBytes: number;
  /** What all answers that are read at once may take together. */
  readonly bodies: ByteBudget;
  /** Whether a response of any status is a result and not a failure. */
  readonly anyStatus?: boolean;
  /** Statuses that are results beside 2xx. */
  readonly answers?: readonly number[];
}

/** How one request and its response went; times are milliseconds of `performance.now()`. */
export interface Exchanged {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly status: number | null;
  /** Bytes of the response's body that arrived. */
  readonly sizeBytes: number;
  readonly result: RawReply | Failure;
  /** Bytes that the reply still holds of the budget: whoever lets go of the reply frees them. */
  readonly heldBytes: number;
}

/** An error's body is read for its message alone; the rest of it is read and thrown away. */
const ERROR_BODY_BYTES = 16 * 1024;
/** A body that goes beyond it is looked at while it arrives, after every so many bytes; others when they are there. */
const LOOKED_AT_BYTES = 1024 * 1024;

/**
 * Sends one request and reads its response whole; never rejects. A request that fails is not sent
 * again, and nothing of it goes on once the promise is settled.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: PreparedRequest,
  limits: ExchangeLimits,
  remainingMs: number,
  signal: AbortSignal | undefined,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    new Exchange(request, limits, remainingMs, signal, resolve).start(dispatcher);
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: PreparedRequest;
  readonly #limits: ExchangeLimits;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (exchanged: Exchanged) => void;
  readonly #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #settled = false;
  #startedMs = 0;
  #status: number | null = null;
  #contentType = '';
  #headers: RawReply['headers'] = {};
  #promisedBytes: number | null = null;
  #receivedBytes = 0;
  #heldBytes = 0;
  readonly #body = new BodyBuffer();
  #isJson: boolean | null = null;
  readonly #bounds = new JsonBounds();
  #lookedAtBytes = 0;

  constructor(
    request: PreparedRequest,
    limits: ExchangeLimits,
    remainingMs: number,
    signal: AbortSignal | undefined,
    resolve: (exchanged: Exchanged) => void,
  ) {
    this.#request = request;
    this.#limits = limits;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#deadline = setTimeout(this.#onDeadline, Math.max(0, remainingMs));
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  start(dispatcher: Dispatcher): void {
    const { method, path, headers, body } = this.#request;
    const options = { method, path, headers, body };
    // Before dispatch and not at the first written byte: waiting for a connection is part of the answer's time.
    this.#startedMs = performance.now();
    if (this.#signal?.aborted === true) this.#onAbort();
    else dispatcher.dispatch(options, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Settled while it waited for a connection: it must not reach the backend any more.
    if (this.#settled) controller.abort(new Error('no longer wanted'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#settled) return;
    this.#status = status;
    this.#contentType = first(headers['content-type']) ?? '';
    this.#headers = headers as RawReply['headers'];
    const length = first(headers['content-length']);
    this.#promisedBytes = length === null ? null : Number(length);
    const encoding = first(headers['content-encoding']);
    if ((this.#promisedBytes ?? 0) > this.#limits.maxBodyBytes) {
      this.#tooLarge();
    } else if (
      encoding !== null &&
      encoding.toLowerCase() !== 'identity' &&
      status < 300 &&
      this.#limits.anyStatus !== true
    ) {
      this.#cancel({
        kind: 'malformed',
        detail: `content-encoding ${encoding}, which was not asked for`,
      });
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#limits.maxBodyBytes) {
      this.#tooLarge();
    } else if (this.#isError()) {
      if (this.#body.sizeBytes < ERROR_BODY_BYTES) this.#body.add(chunk);
    } else if (this.#limits.bodies.take(chunk.length)) {
      this.#heldBytes += chunk.length;
      this.#body.add(chunk);
      if (this.#body.sizeBytes - this.#lookedAtBytes > LOOKED_AT_BYTES) {
        const unreadable = this.#unreadable();
        if (unreadable !== null) this.#cancel(unreadable);
      }
    } else {
      const { limitBytes } = this.#limits.bodies;
      this.#cancel({
        kind: 'malformed',
        detail: `the answers under way are larger than ${limitBytes} bytes together`,
      });
    }
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    // Taken before anything is looked at: reading is no part of the answer's time.
    const endedMs = performance.now();
    this.#settle(
      this.#isError() ? statusFailure(this.#head(), this.#body.bytes()) : this.#reply(),
      {
        endedMs,
        connectionLives: true,
      },
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: unknown): void {
    const { host, timeouts } = this.#limits;
    this.#fail(failureOf(error, host, timeouts, this.#progress()));
  }

  readonly #onDeadline = (): void => {
    this.#cancel(deadlineFailure(this.#limits.timeouts.requestMs, this.#progress()));
  };

  readonly #onAbort = (): void => {
    this.#cancel({ kind: 'aborted', detail: 'aborted by the caller' });
  };

  #tooLarge(): void {
    const { maxBodyBytes } = this.#limits;
    this.#cancel({ kind: 'malformed', detail: `the body is larger than ${maxBodyBytes} bytes` });
  }

  #cancel(failure: Failure): void {
    this.#fail(failure);
    this.#controller?.abort(new Error(failure.detail));
  }

  /** A status that already says failure outweighs how the rest of its body ended. */
  #fail(failure: Failure): void {
    const { kind } = failure;
    const known = this.#isError() && kind !== 'aborted';
    this.#settle(known ? statusFailure(this.#head(), this.#body.bytes()) : failure);
  }

  #reply(): RawReply | Failure {
    return (
      this.#unreadable() ?? {
        status: this.#status ?? 0,
        contentType: this.#contentType,
        headers: this.#headers,
        bytes: this.#body.bytes(),
      }
    );
  }

  /** Why a body would take too much to be read, by the bytes that were not looked at yet. */
  #unreadable(): Failure | null {
    const bytes = this.#body.bytes().subarray(this.#lookedAtBytes);
    this.#lookedAtBytes += bytes.length;
    this.#isJson ??= opensJson(bytes);
    const why = this.#isJson === true ? this.#bounds.feed(bytes) : null;
    return why === null ? null : { kind: 'malformed', detail: `the body is not read: ${why}` };
  }

  #settle(
    result: RawReply | Failure,
    { endedMs = performance.now(), connectionLives = false } = {},
  ): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#deadline);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if ('kind' in result) {
      this.#limits.bodies.free(this.#heldBytes);
      this.#heldBytes = 0;
      this.#body.clear();
    }
    const exchanged: Exchanged = {
      startedMs: this.#startedMs,
      endedMs,
      status: this.#status,
      sizeBytes: this.#receivedBytes,
      result,
      heldBytes: this.#heldBytes,
    };
    // undici frees a connection one turn of the event loop after its response: a caller that went on at
    // once would find it taken and open another, and every arm would hold twice its connections.
    if (connectionLives) process.nextTick(() => setImmediate(this.#resolve, exchanged));
    else this.#resolve(exchanged);
  }

  #isError(): boolean {
    const { anyStatus, answers } = this.#limits;
    if (this.#status === null || this.#status < 300) return false;
    return anyStatus !== true && answers?.includes(this.#status) !== true;
  }

  #head(): ResponseHead {
    return {
      status: this.#status ?? 0,
      location: first(this.#headers.location),
      retryAfter: first(this.#headers['retry-after']),
    };
  }

  #progress(): ExchangeProgress {
    return {
      written: this.#controller !== null,
      answered: this.#status !== null,
      receivedBytes: this.#receivedBytes,
      promisedBytes: this.#promisedBytes,
    };
  }
}

function first(value: string | readonly string[] | undefined): string | null {
  return (typeof value === 'object' ? value[0] : value) ?? null;
}
