import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { BodyBuffer } from '../../wire/bounds/body-buffer.ts';
import type { ByteBudget } from '../../wire/bounds/byte-budget.ts';
import type { TlsOptions } from '../../wire/http/access.ts';
import { failureOf, kindOfStatus, type Timeouts } from '../../wire/http/failure.ts';
import type { PreparedRequest } from '../../wire/http/prepare.ts';
import type { OutcomeKind } from '../../wire/outcome.ts';
import { joinWrites } from './joined-writes.ts';
import type { ReplyBody, ReplyHandler } from './transport.ts';

/** What a connection tells the stack that owns it. */
export interface ConnectionEvents {
  readonly onOpen: (connection: Connection) => void;
  readonly onOpenFailed: (connection: Connection, error: Error) => void;
  /** The request ended and the connection can carry another. */
  readonly onFree: (connection: Connection) => void;
  /** The connection is of no more use; its request, if any, has been reported. */
  readonly onLost: (connection: Connection) => void;
}

const MAX_REPLY_BYTES = 64 * 1024 * 1024;
const IDLE_KEEP_ALIVE_MS = 60_000;
const TOO_LARGE = Object.assign(new Error('too large'), { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
const GIVEN_UP = Object.assign(new Error('given up at its deadline'), { code: 'LOAD_DEADLINE' });

/** No time limits: a request is given up from outside. */
const NO_TIMEOUTS: Timeouts = { connectMs: 0, headersMs: 0, bodyMs: 0, requestMs: 0 };

/** How an error of a connection that could not be opened ends the request that waits for it. */
export function outcomeOfOpenError(error: Error, host: string): OutcomeKind {
  return failureOf(error, host, NO_TIMEOUTS, NOTHING_SENT).kind;
}

const NOTHING_SENT = { written: false, answered: false, receivedBytes: 0, promisedBytes: null };

/**
 * One socket, one undici client and one handler that is used for every request: nothing is allocated
 * on the measured path that need not be. After an error or a cancelled request it is thrown away whole.
 */
export class Connection implements Dispatcher.DispatchHandler, ReplyBody {
  sizeBytes = 0;
  readonly #client: Client;
  readonly #host: string;
  readonly #handler: ReplyHandler;
  readonly #events: ConnectionEvents;
  readonly #bodies: ByteBudget;
  #spare: Socket | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #row = -1;
  #written = false;
  #status = 0;
  #hasRetryAfter = false;
  #open = false;
  #closed = false;
  #cancelled = false;
  readonly #body = new BodyBuffer();

  constructor(
    origin: URL,
    owner: {
      readonly handler: ReplyHandler;
      readonly events: ConnectionEvents;
      /** What the answers of all connections that are read at once may take together. */
      readonly bodies: ByteBudget;
    },
    tls: TlsOptions = {},
  ) {
    this.#host = origin.host;
    this.#handler = owner.handler;
    this.#events = owner.events;
    this.#bodies = owner.bodies;
    const connector = buildConnector({ ...tls, allowH2: false, timeout: 0 });
    this.#client = new Client(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_KEEP_ALIVE_MS,
      maxResponseSize: MAX_REPLY_BYTES,
      connect: (options, callback) => {
        const spare = this.#spare;
        this.#spare = null;
        if (spare === null || spare.destroyed) connector(options, callback);
        // The client ignores a connector that answers before it has returned.
        else queueMicrotask(() => callback(null, spare));
      },
    });
    this.#client.on('disconnect', () => {
      if (this.#row < 0) this.#lose();
    });
    connector(
      {
        hostname: origin.hostname.replace(/^\[(.*)\]$/, '$1'),
        host: origin.host,
        protocol: origin.protocol,
        port: origin.port || (origin.protocol === 'https:' ? '443' : '80'),
      },
      (error, socket) => this.#onSocket(error, socket),
    );
  }

  /** Whether a request may be written on it at once. */
  get isUsable(): boolean {
    return this.#open && !this.#closed && this.#row < 0 && this.#spare?.destroyed !== true;
  }

  /** Row of the request it carries, −1 where it carries none. */
  get row(): number {
    return this.#row;
  }

  #onSocket(error: Error | null, socket: Socket | null): void {
    if (this.#closed) {
      socket?.destroy();
      return;
    }
    if (error !== null || socket === null) {
      this.#closed = true;
      this.#client.destroy().catch(() => {});
      this.#events.onOpenFailed(this, error ?? new Error('no socket'));
      return;
    }
    joinWrites(socket);
    this.#spare = socket;
    socket.on('error', () => {});
    socket.once('close', () => {
      if (this.#spare === socket) this.#lose();
    });
    this.#open = true;
    this.#events.onOpen(this);
  }

  /** Writes one request; its end is reported to the handler under `row`. */
  send(row: number, exchange: PreparedRequest): void {
    this.#row = row;
    this.#written = false;
    this.#cancelled = false;
    this.#status = 0;
    this.#controller = null;
    this.sizeBytes = 0;
    this.#body.clear();
    this.#client.dispatch(exchange, this);
  }

  /** Ends the request it carries as given up, and the connection with it. */
  cancel(): void {
    if (this.#row < 0) return;
    this.#cancelled = true;
    if (this.#controller === null) this.#finish('unsent', performance.now());
    else this.#controller.abort(GIVEN_UP);
  }

  /** Closes the socket; a request it carries ends as given up. */
  close(): void {
    this.cancel();
    this.#lose();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const row = this.#row;
    if (row < 0) {
      controller.abort(GIVEN_UP);
      return;
    }
    this.#controller = controller;
    this.#written = true;
    this.#handler.onWritten(row, performance.now());
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#row < 0) return;
    this.#status = status;
    this.#hasRetryAfter = status >= 300 && headers['retry-after'] !== undefined;
    this.#handler.onFirstByte(this.#row, status, performance.now());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (!this.#bodies.take(chunk.length)) {
      controller.abort(TOO_LARGE);
      return;
    }
    this.sizeBytes += chunk.length;
    this.#body.add(chunk);
  }

  onResponseEnd(): void {
    const atMs = performance.now();
    const outcome = kindOfStatus(this.#status, this.#hasRetryAfter);
    const row = this.#row;
    this.#row = -1;
    this.#controller = null;
    this.#bodies.free(this.sizeBytes);
    this.#handler.onEnd(row, outcome, atMs, this);
    if (!this.#closed) this.#events.onFree(this);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#row < 0) return;
    const given = this.#written ? 'timeout' : 'unsent';
    this.#finish(this.#cancelled ? given : this.#kindOf(error), performance.now());
  }

  bytes(): Uint8Array {
    return this.#body.bytes();
  }

  #kindOf(error: Error): OutcomeKind {
    return failureOf(error, this.#host, NO_TIMEOUTS, {
      written: this.#written,
      answered: this.#status !== 0,
      receivedBytes: this.sizeBytes,
      promisedBytes: null,
    }).kind;
  }

  #finish(outcome: OutcomeKind, atMs: number): void {
    const row = this.#row;
    this.#row = -1;
    this.#controller = null;
    this.#bodies.free(this.sizeBytes);
    this.#handler.onEnd(row, outcome, atMs, this);
    this.#lose();
  }

  #lose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#spare?.destroy();
    this.#spare = null;
    this.#client.destroy().catch(() => {});
    this.#events.onLost(this);
  }
}
