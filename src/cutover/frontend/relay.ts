import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { answer, failureAnswer, type OwnAnswer } from './answers.ts';
import { forwardedResponseHeaders } from './headers.ts';
import type { FrontendLimits } from './limits.ts';
import type { ResponseWriter } from './response-writer.ts';
import type { FrontendSide } from './types.ts';

/** An error that is answered with a status of its own. */
export class OwnAnswerError extends Error {
  override readonly name = 'OwnAnswerError';
  readonly own: OwnAnswer;

  constructor(own: OwnAnswer) {
    super(own.error);
    this.own = own;
  }
}

/**
 * One request under way to a side: gives its answer to the writer at the client's pace, and tells both
 * ends when the other one is gone. It is never sent a second time.
 */
export class Relay implements Dispatcher.DispatchHandler {
  readonly #side: FrontendSide;
  readonly #outgoing: ServerResponse;
  readonly #writer: ResponseWriter;
  readonly #limits: FrontendLimits;
  readonly #release: () => void;
  readonly #untilHead: NodeJS.Timeout;
  #untilDrain: NodeJS.Timeout | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  /** Why the request is no longer wanted. */
  #given: Error | null = null;
  #isOver = false;

  /** `release` is called once, when the request no longer occupies its side. */
  constructor(
    side: FrontendSide,
    outgoing: ServerResponse,
    writer: ResponseWriter,
    limits: FrontendLimits,
    release: () => void,
  ) {
    this.#side = side;
    this.#outgoing = outgoing;
    this.#writer = writer;
    this.#limits = limits;
    this.#release = release;
    this.#untilHead = setTimeout(this.#onSilence, limits.answerTimeoutMs);
    outgoing.once('close', this.#onClientClose);
  }

  /** A piece of the request has come: the side's silence counts from here. */
  progress(): void {
    if (!this.#isOver) this.#untilHead.refresh();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection: it must not reach the backend any more.
    if (this.#given !== null) controller.abort(this.#given);
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    controller.abort(new Error('switched protocols without being asked'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusMessage?: string,
  ): void {
    if (status < 200 || this.#given !== null) return;
    clearTimeout(this.#untilHead);
    const headers = forwardedResponseHeaders(rawText(controller.rawHeaders));
    this.#writer.start(status, statusMessage, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#given !== null || this.#writer.data(chunk)) return;
    controller.pause();
    // Pieces that were on their way may still come while it is paused.
    if (this.#untilDrain !== null) return;
    this.#untilDrain = setTimeout(this.#onStall, this.#limits.stallTimeoutMs);
    this.#outgoing.once('drain', this.#onDrain);
  }

  onResponseEnd(): void {
    if (this.#given === null) this.#writer.end();
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#given === null) {
      this.#answer(error instanceof OwnAnswerError ? error.own : failureAnswer(this.#side, error));
    }
    this.#finish();
  }

  readonly #onSilence = (): void => {
    const error = new Error('no answer in time');
    this.#answer({
      status: 504,
      code: `${this.#side}-timeout`,
      side: this.#side,
      error: `the ${this.#side} did not answer within ${this.#limits.answerTimeoutMs} ms`,
    });
    this.#giveUp(error);
  };

  readonly #onDrain = (): void => {
    if (this.#untilDrain !== null) clearTimeout(this.#untilDrain);
    this.#untilDrain = null;
    this.#controller?.resume();
  };

  readonly #onStall = (): void => {
    this.#outgoing.destroy();
  };

  readonly #onClientClose = (): void => {
    if (!this.#isOver) this.#giveUp(new Error('the client is gone'));
  };

  #answer(own: OwnAnswer): void {
    if (!this.#outgoing.destroyed && !this.#outgoing.writableEnded) answer(this.#outgoing, own);
  }

  #giveUp(reason: Error): void {
    this.#given ??= reason;
    clearTimeout(this.#untilHead);
    this.#controller?.abort(reason);
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#untilHead);
    if (this.#untilDrain !== null) clearTimeout(this.#untilDrain);
    this.#outgoing.off('close', this.#onClientClose);
    this.#outgoing.off('drain', this.#onDrain);
    this.#release();
  }
}

function rawText(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  // HTTP/1.1 gives bytes in the order of the wire; header bytes are latin1 on both sides of Node.
  return Array.isArray(raw)
    ? raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
    : [];
}
