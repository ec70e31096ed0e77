import type { OutcomeKind } from '../../wire/outcome.ts';

/** The endpoints that a probe compares, one request at a time. */
export type ProbeName = 'embed' | 'search' | 'sql' | 'storage' | 'chat' | 'health';

/** One answer as it came, or why there is none; `value` is null unless the outcome is `ok`. */
export interface ProbeAnswer<Value> {
  readonly outcome: OutcomeKind;
  readonly status: number | null;
  /** One line about a failure; empty when ok. */
  readonly detail: string;
  readonly latencyMs: number;
  readonly value: Value | null;
}

/** The answers of both sides to one question. */
export interface AnswerPair<Value> {
  readonly incumbent: ProbeAnswer<Value>;
  readonly candidate: ProbeAnswer<Value>;
}
