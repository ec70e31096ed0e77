import type { Side } from '../../record/types.ts';

/** How the candidate is, or is made to be. */
export type CandidateState = 'sound' | 'killed' | 'hung' | 'failing' | 'saturated';

/**
 * How a share of one path is routed to the candidate while the requests of a stage are sent: all of it, and they carry
 * the key of the share or carry none, the ledger holds no verdict, or the candidate is killed.
 */
export type RoutedStage =
  | 'routed'
  | 'routed, no key'
  | 'routed, no verdict'
  | 'routed, candidate killed';

/**
 * When a request was sent: straight to a backend (twice), through the frontend with the cutover shut, open
 * and shut again, with the cutover open and requests on their way to a candidate in some state, or with a route.
 */
export type CutoverStage =
  | 'direct'
  | 'direct again'
  | 'shut'
  | 'open'
  | `open, candidate ${CandidateState}`
  | RoutedStage
  | 'shut again';

/** One answer, or why there is none. */
export interface CutoverAnswer {
  /** Null where no whole answer came. */
  readonly status: number | null;
  /** One line; null where an answer came. */
  readonly failure: string | null;
  /** Header lines in lower case, sorted, without `date` and those of one hop. */
  readonly headers: string;
  readonly bodySha256: string;
  readonly sizeBytes: number;
  readonly latencyMs: number;
  /** Code by which the frontend marks an answer of its own; null where a backend answered. */
  readonly frontendError: string | null;
  /** The body where it is short JSON; null otherwise. */
  readonly json: unknown;
}

/** One request of the fixed list, to one side, in one stage. */
export interface CutoverExchange {
  readonly side: Side;
  /** Names the request, e.g. `POST /ai/embed`. */
  readonly route: string;
  readonly stage: CutoverStage;
  readonly answer: CutoverAnswer;
}

/** Latencies of the incumbent through the frontend, in blocks without and with requests to the candidate. */
export interface CutoverLatency {
  readonly state: CandidateState;
  /** Milliseconds by block and request; null where a request had no answer. */
  readonly quiet: readonly (readonly (number | null)[])[];
  readonly loaded: readonly (readonly (number | null)[])[];
}

/** What became of the requests that were sent to a candidate in some state. */
export interface CutoverLoad {
  readonly state: CandidateState;
  readonly sent: number;
  /** By status, or status and the frontend's own code, e.g. `502 candidate-unreachable`. */
  readonly answered: Readonly<Record<string, number>>;
  /** Requests without a whole answer, by reason. */
  readonly unanswered: Readonly<Record<string, number>>;
}

/** Something written through one side and looked for through both. */
export interface CutoverWrite {
  readonly kind: 'index' | 'key' | 'row';
  readonly writer: Side;
  /** Whether the writer's side took it; `not offered` where it has no such endpoint or refuses to write. */
  readonly written: 'yes' | 'not offered' | 'no';
  /** Whether it can be seen through either side; null where that was not asked or had no clear answer. */
  readonly seenByWriter: boolean | null;
  readonly seenByOther: boolean | null;
  /** Statuses of the requests, in order. */
  readonly statuses: readonly (number | null)[];
}

/** What was seen in one part of the proof, such as one stage. */
export interface CutoverPart {
  readonly exchanges: readonly CutoverExchange[];
  readonly loads: readonly CutoverLoad[];
  readonly latencies: readonly CutoverLatency[];
  readonly writes: readonly CutoverWrite[];
}

/** Which frontend is looked at. */
export interface CutoverSubjectName {
  readonly frontend: 'embedded' | 'running';
  /** Name of the setting that opens the cutover. */
  readonly setting: string;
  /** Path of the incumbent that is routed to the candidate in some stages; null where none is. */
  readonly routedPath: string | null;
}

/** Everything that was seen of one frontend. */
export interface CutoverObservations extends CutoverSubjectName, CutoverPart {}

/** All parts of a proof as one. */
export function joinParts(
  { frontend, setting, routedPath }: CutoverSubjectName,
  parts: readonly CutoverPart[],
): CutoverObservations {
  return {
    frontend,
    setting,
    routedPath,
    exchanges: parts.flatMap((part) => part.exchanges),
    loads: parts.flatMap((part) => part.loads),
    latencies: parts.flatMap((part) => part.latencies),
    writes: parts.flatMap((part) => part.writes),
  };
}
