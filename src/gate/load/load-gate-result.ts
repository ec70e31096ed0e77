import type { GateState } from '../verdict.ts';

/** One objective at one rate: its evidence and its answer. Bounds are one-sided at 95%. */
export interface LoadGateResult {
  /** Key of the configuration, e.g. `gates.p99.maxMs`; `answers` for what nobody has to configure. */
  readonly key: string;
  /** What is judged: a driver that was late excuses times and errors, and never what was answered. */
  readonly about: 'latency' | 'errors' | 'answers';
  readonly ratePerSecond: number;
  readonly unit: 'block pairs' | 'requests' | 'request pairs' | 'needs';
  readonly n: number;
  /** The objective: a margin, a limit in milliseconds or a least recall. */
  readonly limit: number;
  /** In the unit of the limit; null where it is undefined. +∞ of requests that never ended. */
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly state: GateState;
  /** Whether the verdict depends on it; advisory results are shown only. */
  readonly gated: boolean;
  readonly reason: string;
}

/** A result before it is known whether the verdict depends on it. */
export type Ungated = Omit<LoadGateResult, 'gated'>;

/** The answer of one objective with its reason. */
export type Judged = Pick<LoadGateResult, 'state' | 'reason'>;
