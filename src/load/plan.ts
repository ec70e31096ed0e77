import type { PaceMode } from './pace/pacer.ts';
import type { ArrivalProcess } from './pace/schedule.ts';

/** The operations that can be put under load. */
export type LoadOperation = 'search' | 'retrieve';

/** A rate that goes in a straight line. */
export interface RampPlan {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly durationMs: number;
}

/** What one load is to measure, and how. */
export interface LoadPlan {
  readonly operation: LoadOperation;
  /** Requests per second, rising; null where they follow from a closed loop. */
  readonly rates: readonly number[] | null;
  /** With a ramp and no rates, the ramp alone is measured. */
  readonly ramp: RampPlan | null;
  /** Pairs of blocks at each rate. */
  readonly pairCount: number;
  readonly requestsPerBlock: number;
  /** Requests that are sent and not counted after each switch of sides. */
  readonly discardPerBlock: number;
  /** Milliseconds of each warm-up, which is not measured; null: at least 2 s and at least 1,000 requests. */
  readonly warmUpMs: number | null;
  readonly process: ArrivalProcess;
  readonly pace: PaceMode;
  /** Milliseconds after which a request is given up. */
  readonly deadlineMs: number;
  /** What the driver must be exact for, and what the saturation search holds; null: `gates.p99.maxMs`, else 50. */
  readonly p99MaxMs: number | null;
  /** Whether the highest rate that meets the objective is searched. */
  readonly saturation: boolean;
  /** Whether answers are held against exact truth. */
  readonly recall: boolean;
}

/** What is measured where nothing else is asked for. */
export const LOAD_DEFAULTS: LoadPlan = {
  operation: 'retrieve',
  rates: null,
  ramp: null,
  pairCount: 12,
  requestsPerBlock: 200,
  discardPerBlock: 20,
  warmUpMs: null,
  process: 'poisson',
  pace: 'precise',
  deadlineMs: 10_000,
  p99MaxMs: null,
  saturation: false,
  recall: true,
};
