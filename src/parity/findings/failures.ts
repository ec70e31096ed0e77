import type { Cell, Side } from '../../record/types.ts';

/** Requests of one side that had no usable answer, by outcome. */
export interface FailureFinding {
  readonly side: Side;
  readonly requests: number;
  readonly failed: number;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

/** Requests of one phase of an operation that the incumbent failed: about their queries nothing is known. */
export interface IncumbentFailures {
  readonly cell: Cell;
  readonly phase: 'quality' | 'latency' | 'throughput';
  readonly requests: number;
  readonly failed: number;
  /** Share of a need's requests that failed, in order of need id. */
  readonly shares: readonly number[];
}

/** Answers that hold no row though there are documents to find: they compare with nothing. */
export interface EmptyAnswers {
  readonly answers: number;
  readonly empty: number;
  /** A need's share of empty answers, in order of need id. */
  readonly shares: readonly number[];
}
