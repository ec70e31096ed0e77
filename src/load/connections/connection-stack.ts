import { InfrastructureError } from '../../errors.ts';
import { BODIES_BYTES, byteBudget } from '../../wire/bounds/byte-budget.ts';
import { hintFor } from '../../wire/hints.ts';
import type { TlsOptions } from '../../wire/http/access.ts';
import { codeOrNameOf } from '../../wire/http/failure.ts';
import type { PreparedRequest } from '../../wire/http/prepare.ts';
import { Connection, type ConnectionEvents, outcomeOfOpenError } from './connection.ts';
import { NO_BODY, type ReplyHandler, type Transport } from './transport.ts';

/** How many connections one arm may hold and how fast it may open them. */
export interface ConnectionLimits {
  /** Opened before the first request. */
  readonly initial: number;
  /** Beyond this many, requests wait in the order they came. */
  readonly max: number;
  /** Opened at most between two ticks, so that one pause of the thread does not open thousands. */
  readonly growthPerTick: number;
}

/**
 * Limits that suit a gateway on the same machine or rack. Opening a connection costs the driver about as
 * much as several requests, and hundreds of busy ones cost it half as much again a request: growth is slow
 * and ends early enough not to make an overload worse.
 */
export const DEFAULT_LIMITS: ConnectionLimits = { initial: 16, max: 256, growthPerTick: 4 };

/** Where requests go, and one request a query. */
export interface RequestTarget {
  readonly url: string;
  readonly exchanges: readonly PreparedRequest[];
  readonly tls?: TlsOptions;
}

/** Connections to one backend: the one freed last is used first, so that idle ones stay idle. */
export class ConnectionStack implements Transport {
  readonly #origin: URL;
  readonly #exchanges: readonly PreparedRequest[];
  readonly #limits: ConnectionLimits;
  readonly #tls: TlsOptions;
  readonly #handler: ReplyHandler;
  readonly #bodies = byteBudget(BODIES_BYTES);
  readonly #all = new Set<Connection>();
  readonly #free: Connection[] = [];
  /** Rows that wait for a connection, first come first served; `#head` is the first one waiting. */
  readonly #waiting: { row: number; query: number }[] = [];
  #head = 0;
  #waitingCount = 0;
  #opening = 0;
  #grownThisTick = 0;
  #peak = 0;
  #closed = false;
  #onOpened: (() => void) | null = null;
  #openError: Error | null = null;

  constructor(
    { url, exchanges, tls = {} }: RequestTarget,
    handler: ReplyHandler,
    limits: ConnectionLimits = DEFAULT_LIMITS,
  ) {
    this.#tls = tls;
    this.#origin = new URL(url);
    this.#exchanges = exchanges;
    this.#handler = handler;
    this.#limits = limits;
  }

  /** The most connections that were open at once. */
  get peakConnections(): number {
    return this.#peak;
  }

  /**
   * Opens the initial connections.
   * @throws InfrastructureError where not one can be opened.
   */
  async open(): Promise<void> {
    const opened = new Promise<void>((resolve) => {
      this.#onOpened = () => {
        if (this.#opening === 0) resolve();
      };
    });
    for (let index = 0; index < this.#limits.initial; index++) this.#grow();
    if (this.#limits.initial > 0) await opened;
    this.#onOpened = null;
    if (this.#limits.initial > 0 && this.#free.length === 0) {
      throw new InfrastructureError(
        'load-unreachable',
        `no connection to ${this.#origin.origin}: ${this.#openError?.message ?? 'closed at once'}`,
        {
          hint: hintFor({ kind: 'refused', status: null, code: codeOrNameOf(this.#openError) }),
          cause: this.#openError,
        },
      );
    }
  }

  send(row: number, query: number): void {
    const connection = this.#waitingCount === 0 ? this.#takeFree() : null;
    if (connection !== null) {
      connection.send(row, this.#exchange(query));
      return;
    }
    this.#waiting.push({ row, query });
    this.#waitingCount++;
    this.#growForWaiting();
  }

  cancel(row: number): void {
    for (const connection of this.#all) {
      if (connection.row === row) {
        connection.cancel();
        return;
      }
    }
    for (let index = this.#head; index < this.#waiting.length; index++) {
      const entry = this.#waiting[index];
      if (entry?.row !== row) continue;
      entry.row = -1;
      this.#waitingCount--;
      if (this.#waitingCount === 0) this.#forgetWaiting();
      this.#handler.onEnd(row, 'unsent', performance.now(), NO_BODY);
      return;
    }
  }

  tick(): void {
    this.#grownThisTick = 0;
    this.#growForWaiting();
  }

  /** Closes every connection; what is still waiting or in flight ends as given up. */
  close(): void {
    this.#closed = true;
    while (this.#waitingCount > 0) {
      const row = this.#takeWaiting()?.row;
      if (row !== undefined) this.#handler.onEnd(row, 'unsent', performance.now(), NO_BODY);
    }
    for (const connection of [...this.#all]) connection.close();
    this.#free.length = 0;
  }

  #exchange(query: number): PreparedRequest {
    const exchange = this.#exchanges[query];
    if (exchange === undefined) throw new RangeError(`no request for query ${query}`);
    return exchange;
  }

  #takeFree(): Connection | null {
    for (let top = this.#free.pop(); top !== undefined; top = this.#free.pop()) {
      if (top.isUsable) return top;
    }
    return null;
  }

  #takeWaiting(): { row: number; query: number } | null {
    while (this.#head < this.#waiting.length) {
      const entry = this.#waiting[this.#head];
      this.#head++;
      if (entry === undefined || entry.row < 0) continue;
      this.#waitingCount--;
      if (this.#waitingCount === 0) this.#forgetWaiting();
      return entry;
    }
    return null;
  }

  #forgetWaiting(): void {
    this.#waiting.length = 0;
    this.#head = 0;
  }

  #growForWaiting(): void {
    while (
      !this.#closed &&
      this.#opening < this.#waitingCount &&
      this.#all.size < this.#limits.max &&
      this.#grownThisTick < this.#limits.growthPerTick
    ) {
      this.#grownThisTick++;
      this.#grow();
    }
  }

  #grow(): void {
    this.#opening++;
    const owner = { handler: this.#handler, events: this.#events, bodies: this.#bodies };
    this.#all.add(new Connection(this.#origin, owner, this.#tls));
    if (this.#all.size > this.#peak) this.#peak = this.#all.size;
  }

  #offer(connection: Connection): void {
    const next = this.#takeWaiting();
    if (next === null) this.#free.push(connection);
    else connection.send(next.row, this.#exchange(next.query));
  }

  readonly #events: ConnectionEvents = {
    onOpen: (connection) => {
      this.#opening--;
      this.#offer(connection);
      this.#onOpened?.();
    },
    onOpenFailed: (connection, error) => {
      this.#opening--;
      this.#all.delete(connection);
      this.#openError = error;
      // The request at the head caused this attempt: it is the one that was refused.
      const next = this.#takeWaiting();
      if (next !== null) {
        const outcome = outcomeOfOpenError(error, this.#origin.host);
        this.#handler.onEnd(next.row, outcome, performance.now(), NO_BODY);
      }
      this.#onOpened?.();
    },
    onFree: (connection) => {
      if (connection.isUsable) this.#offer(connection);
    },
    onLost: (connection) => {
      this.#all.delete(connection);
      const index = this.#free.indexOf(connection);
      if (index >= 0) this.#free.splice(index, 1);
      if (!this.#closed && this.#all.size < this.#limits.initial) this.#replace();
      this.#growForWaiting();
    },
  };

  /** Keeps the number of ready connections up, so that a lost one costs the next request no handshake. */
  #replace(): void {
    if (this.#grownThisTick >= this.#limits.growthPerTick) return;
    this.#grownThisTick++;
    this.#grow();
  }
}
