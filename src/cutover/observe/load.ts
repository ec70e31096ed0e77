import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { CandidateState, CutoverLoad } from '../record/observations.ts';
import { ask } from './ask.ts';
import { LOAD_REQUEST } from './requests.ts';

/** How the candidate is kept busy. */
export interface LoadShape {
  /** Requests that are kept under way. */
  readonly concurrency: number;
  /** Least time from one request of a stream to its next. */
  readonly periodMs: number;
  /** How long an answer may take before it counts as lost. */
  readonly timeoutMs: number;
}

/** A stream of requests to the candidate that can be switched on and off. */
export class CandidateLoad {
  readonly #base: string;
  readonly #shape: LoadShape;
  readonly #agent: Agent;
  readonly #answered: Record<string, number> = {};
  readonly #unanswered: Record<string, number> = {};
  #sent = 0;
  #streams: Promise<void>[] = [];
  #isOn = false;

  /** `base`: the frontend's URL with the candidate's prefix. */
  constructor(base: string, shape: LoadShape) {
    this.#base = base;
    this.#shape = shape;
    this.#agent = new Agent({ connections: shape.concurrency });
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
    await this.#agent.close();
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
      const answer = await ask(this.#agent, this.#base, LOAD_REQUEST, this.#shape.timeoutMs);
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
