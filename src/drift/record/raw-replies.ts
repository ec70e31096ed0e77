/** What a side's own dialect made of a reply: the canonical response as a JSON value, or why it made none. */
export type DialectReading =
  | { readonly outcome: 'read'; readonly value: unknown }
  | { readonly outcome: 'malformed'; readonly why: string }
  /** The reply was no success, so the dialect was not asked. */
  | { readonly outcome: 'refused' };

/** One response as it came; `body` is the JSON value, or the text where it was no JSON. */
export interface CapturedReply {
  /** Method and path of the request, e.g. `POST /v1/embed`. */
  readonly requested: string;
  readonly status: number;
  /** Lower-case media type without parameters; empty where there was none. */
  readonly contentType: string;
  /** Names in lower case; a header that came several times is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly reading: DialectReading;
}

/** Both sides' responses to the same logical request, each asked twice. */
export interface ReplyPair {
  /** What was asked, in a few words: `as it should be`, `malformed JSON`. */
  readonly asked: string;
  readonly incumbent: CapturedReply;
  readonly incumbentAgain: CapturedReply;
  readonly candidate: CapturedReply;
  readonly candidateAgain: CapturedReply;
}

export type Scenario = 'success' | 'empty' | '4xx' | '5xx';

/** A pair as it was captured: for which endpoint, and what the request was meant to be answered with. */
export interface CapturedPair extends ReplyPair {
  readonly endpoint: string;
  readonly intent: Exclude<Scenario, '5xx'>;
}

/** All pairs of one endpoint in one scenario. */
export interface ReplyGroup {
  readonly endpoint: string;
  readonly scenario: Scenario;
  readonly pairs: readonly ReplyPair[];
}

/** How many sound requests of one endpoint were answered (2xx), each time that they were asked. */
export interface SoundReplies {
  readonly endpoint: string;
  readonly asked: number;
  readonly incumbent: number;
  readonly candidate: number;
  readonly both: number;
  /** Of those that both answered: lists without a row on both sides, each time; such pairs show no agreement. */
  readonly withoutRows: number;
}

/** What was captured, in groups; an unsteady request was answered with another status when it was asked again. */
export interface CapturedReplies {
  readonly groups: readonly ReplyGroup[];
  readonly unsteady: readonly { readonly endpoint: string; readonly asked: string }[];
  readonly sound: readonly SoundReplies[];
}
