import type { Query } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import type { DriverHealth } from '../find/requests/validity.ts';
import type { LoadBlock } from '../pace/interleave.ts';
import type { LoadPlan } from '../plan.ts';
import type { LoadRecord } from '../recorder.ts';

/** What was seen of the driver's thread and of the machine beside the requests; null where it was not watched. */
export interface DriverSeen {
  /** 99th percentile of the event loop's delay in milliseconds. */
  readonly loopDelayP99Ms: number | null;
  /** Share of the time the thread had nothing to do, in [0,1]. */
  readonly headroom: number | null;
  /** Share of the machine's CPU time that a hypervisor gave to others, in [0,1]. */
  readonly steal: number | null;
}

/** Requests that were sent in blocks, first arm and second. */
export interface BlockRecord {
  readonly record: LoadRecord;
  readonly blocks: readonly LoadBlock[];
}

/** What was seen of one of several machines that put a load together. */
export interface MachineSeen {
  readonly name: string;
  /** Null where its slice was lost. */
  readonly health: DriverHealth | null;
  /** Milliseconds by which it began after the time that was agreed on; null where its slice was lost. */
  readonly lateMs: number | null;
  /** How well its clock is known against the others', milliseconds; null where its slice was lost. */
  readonly clockMs: number | null;
}

/** One rate: the floor, the incumbent against itself, then both sides. */
export interface ObservedRung {
  readonly ratePerSecond: number;
  /** What blocks were drawn with, and what resamples them. */
  readonly seed: number;
  /** Times both sides were measured; more than 1 where the driver was not fit at first. */
  readonly attempts: number;
  /** While both sides were measured; of several machines the worst. */
  readonly driver: DriverSeen;
  /** The machines that put the load, where there were several. */
  readonly machines?: readonly MachineSeen[];
  readonly floor: LoadRecord;
  readonly self: BlockRecord;
  readonly both: BlockRecord;
}

/** One side through a ramp. */
export interface ObservedPass {
  readonly arm: 0 | 1;
  readonly warmUpMs: number;
  readonly driver: DriverSeen;
  /** The machines that put the load, where there were several. */
  readonly machines?: readonly MachineSeen[];
  readonly record: LoadRecord;
}

/** A closed loop at one concurrency: requests that ended ok, in so many milliseconds. */
export interface ObservedLoop {
  readonly concurrency: number;
  readonly okCount: number;
  readonly measuredMs: number;
}

/** One trial of a saturation search. */
export interface ObservedTrial {
  readonly ratePerSecond: number;
  readonly driver: DriverSeen;
  readonly record: LoadRecord;
}

/** One answer as it was read: documents and scores by rank. */
export interface RecordedAnswer {
  readonly ids: readonly string[];
  /** Empty where the side does not say which collection a hit came from. */
  readonly collections: readonly string[];
  /** As they came; NaN for what is no number. */
  readonly rawScores: readonly number[];
}

/** What one side answered to one query, by the index of the query and the number of the answer. */
export interface AnswersOf {
  /** Null for an answer that cannot be read; undefined for one that is not known. */
  readonly of: (query: number, variant: number) => RecordedAnswer | null | undefined;
  readonly entries: () => Iterable<{
    readonly query: number;
    readonly variant: number;
    readonly answer: RecordedAnswer | null;
  }>;
  /** What the side answered to a query that was asked alone; undefined where it was not. */
  readonly alone: (query: number) => RecordedAnswer | null | undefined;
}

/** A text that nobody had asked before, and what one side answered to it. */
export interface ObservedNonce {
  readonly ratePerSecond: number;
  readonly arm: 0 | 1;
  readonly query: Pick<Query, 'id' | 'text' | 'collections' | 'filter'>;
  /** Null where it did not answer. */
  readonly answer: RecordedAnswer | null;
}

/** What a load set out to measure, and by what it is judged. */
export interface RecordedLoadPlan {
  readonly plan: LoadPlan;
  readonly k: number;
  readonly seed: number;
  /** The queries that are put under load, in the order of their indices. */
  readonly queryIds: readonly string[];
  /** Queries of the corpus that are left out: not one request on both sides. */
  readonly leftOutCount: number;
  /** What the driver must be exact for, in milliseconds. */
  readonly p99MaxMs: number;
  /** Keys of the gates that somebody set, dotted. */
  readonly setKeys: readonly string[];
  /** Load average of the machine beforehand. */
  readonly loadBefore: number;
}

/** Everything that was observed of a load, as it reads back. */
export interface LoadObserved {
  readonly plan: RecordedLoadPlan;
  /** In the order of the indices. */
  readonly queries: readonly Query[];
  readonly loops: readonly [readonly ObservedLoop[], readonly ObservedLoop[]] | null;
  readonly rungs: readonly ObservedRung[];
  readonly nonces: readonly ObservedNonce[];
  readonly passes: readonly ObservedPass[];
  /** By side, in the order in which they were run. */
  readonly trials: readonly [readonly ObservedTrial[], readonly ObservedTrial[]];
  readonly answers: readonly [AnswersOf, AnswersOf];
  /** The incumbent's embeddings of the nonces; null where there are none. */
  readonly nonceVectors: VectorTable | null;
  /** Load average of the machine afterwards; null where the load did not come to its end. */
  readonly loadAfter: number | null;
}
