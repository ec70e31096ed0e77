import { setTimeout as sleep } from 'node:timers/promises';
import type { WireRequest } from '../../wire/dialect.ts';
import type { HttpBackend } from '../../wire/http/http-backend.ts';
import type { CandidateState, CutoverLoad } from '../record/observations.ts';
import { askFrontend } from './ask.ts';

/** How the candidate is kept busy. */
export interface LoadShape {
  /** Requests that are kept under way. */
  readonly concurrency: number;
  /** Least time from one request of a stream to its next. */
  readonly periodMs: number;
}

/** A stream of requests to the candidate that can be switched on and off. */
export class CandidateLoad {
  readonly #backend: HttpBackend;
  readonly #request: WireRequest;
  readonly #shape: LoadShape;
  readonly #answered: Record<string, number> = {};
  readonly #unanswered: Record<string, number> = {};
  #sent = 0;
  #streams: Promise<void>[] = [];
  #isOn = false;

  /** `backend`: the candidate through the frontend; it is closed at the end. */
  constructor(backend: HttpBackend, request: WireRequest, shape: LoadShape) {
    this.#backend = backend;
    this.#request = request;
    this.#shape = shape;
  }

  /** Starts all streams, spread over one period, and waits until every one has begun. */
  async on(): Promise<void> {
    if (this.#isOn) return;
    this.#isOn = true;
    const { concurrency, periodMs } = this.#shape;
    this.#streams = Array.from({ length: concurrency }, (_, at) =>
      this.#stream((at * periodMs) / concurrency),
    );
    await sleep(periodMs);
  }

  /** Ends all streams and waits for the answers under way. */
  async off(): Promise<void> {
    this.#isOn = false;
    await Promise.all(this.#streams);
  }

  /** Ends all streams and gives what became of every request. */
  async finish(state: CandidateState): Promise<CutoverLoad> {
    await this.off();
    await this.#backend.close();
    return {
      state,
      sent: this.#sent,
      answered: { ...this.#answered },
      unanswered: { ...this.#unanswered },
    };
  }

  async #stream(delayMs: number): Promise<void> {
    await sleep(delayMs);
    while (this.#isOn) {
      const started = performance.now();
      this.#sent += 1;
      const answer = await askFrontend(this.#backend.http, this.#request);
      if (answer.status === null) count(this.#unanswered, answer.failure ?? 'no answer');
      else count(this.#answered, [answer.status, answer.frontendError ?? ''].join(' ').trim());
      const restMs = this.#shape.periodMs - (performance.now() - started);
      if (this.#isOn && restMs > 0) await sleep(restMs);
    }
  }
}

function count(tally: Record<string, number>, key: string): void {
  tally[key] = (tally[key] ?? 0) + 1;
}
