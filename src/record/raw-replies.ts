/** One response as it came; `body` is the JSON value, or the text where it was no JSON. */
export interface RawReply {
  readonly status: number;
  /** Lower-case media type without parameters; empty where there was none. */
  readonly contentType: string;
  readonly body: unknown;
}

/** Both sides' responses to the same logical request, each asked twice. */
export interface ReplyPair {
  readonly incumbent: RawReply;
  readonly incumbentAgain: RawReply;
  readonly candidate: RawReply;
  readonly candidateAgain: RawReply;
}

export type Scenario = 'success' | 'empty' | '4xx' | '5xx';

/** All pairs of one endpoint in one scenario. */
export interface ReplyGroup {
  readonly endpoint: string;
  readonly scenario: Scenario;
  readonly pairs: readonly ReplyPair[];
}
