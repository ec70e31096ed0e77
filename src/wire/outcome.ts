/** How a request ended. */
export type OutcomeKind =
  | 'ok'
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'http'
  | 'malformed'
  | 'unsupported'
  | 'aborted';

/** When and how a request ran; all times are milliseconds of `performance.now()`. */
export interface Timing {
  readonly startedMs: number;
  readonly endedMs: number;
}

/** The answer, or why there is none. Failures carry one line of detail without bodies or secrets. */
export type Outcome<Value> =
  | {
      readonly kind: 'ok';
      readonly value: Value;
      readonly status: number;
      readonly sizeBytes: number;
      readonly timing: Timing;
    }
  | {
      readonly kind: Exclude<OutcomeKind, 'ok'>;
      readonly status: number | null;
      readonly detail: string;
      readonly sizeBytes: number;
      readonly timing: Timing;
    };
