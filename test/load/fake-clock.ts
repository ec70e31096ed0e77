import type { Clock } from '../../src/load/pace/pacer.ts';

interface Entry {
  atMs: number;
  order: number;
  call: () => void;
}

/** A clock that stands still until it is turned; one turn of its event loop takes `turnMs`. */
export class FakeClock implements Clock {
  #nowMs: number;
  #order = 0;
  #entries: Entry[] = [];
  readonly #turnMs: number;
  readonly #timerLateMs: number;

  constructor(options: { startMs?: number; turnMs?: number; timerLateMs?: number } = {}) {
    this.#nowMs = options.startMs ?? 1000;
    this.#turnMs = options.turnMs ?? 0.125;
    this.#timerLateMs = options.timerLateMs ?? 0;
  }

  now = () => this.#nowMs;
  after = (delayMs: number, call: () => void) => this.#add(delayMs + this.#timerLateMs, call);
  soon = (call: () => void) => this.#add(this.#turnMs, call);
  /** Calls back at an exact time from now, as a network would. */
  exactly = (delayMs: number, call: () => void) => this.#add(delayMs, call);

  /** Passes time without a turn of the event loop, as a pause of the thread does. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Runs what is due, in order of time, until `done` or until nothing is left. */
  async run(done: Promise<unknown>): Promise<void> {
    let isDone = false;
    done
      .finally(() => {
        isDone = true;
      })
      .catch(() => {});
    for (let turns = 0; !isDone && turns < 1_000_000; turns++) {
      this.#entries.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      const entry = this.#entries.shift();
      if (entry !== undefined) {
        this.#nowMs = Math.max(this.#nowMs, entry.atMs);
        entry.call();
      }
      await Promise.resolve();
      if (entry === undefined) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #add(delayMs: number, call: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, order: this.#order++, call };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }
}
