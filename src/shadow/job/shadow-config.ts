import type { Progress } from '../../progress.ts';
import type { Side } from '../../record/types.ts';
import type { RedactionRule } from '../../traffic/redact/rules.ts';
import type { Backend } from '../../wire/backend.ts';
import type { Dialect } from '../../wire/dialect.ts';
import type { TrafficTap } from '../../wire/http/seen-exchange.ts';
import { BREAKER_LIMITS, type BreakerLimits } from '../observe/breaker.ts';
import type { ShadowRecall } from '../observe/mirror.ts';
import { SEGMENT_LIMITS, type SegmentLimits } from '../observe/segments.ts';
import type { ShadowPlan } from '../record/shadow-record.ts';

/** What is mirrored, and by what it is judged. */
export interface ShadowConfig {
  readonly plan: ShadowPlan;
  /** Exchanges that may wait, and requests to the candidate under way at once. */
  readonly queue: number;
  readonly concurrency: number;
  readonly segments: SegmentLimits;
  readonly breaker: BreakerLimits;
  /** How often both sides are asked what they are. */
  readonly identityEveryMs: number;
  /** Collections whose description belongs to what a side is. */
  readonly collections: readonly string[];
  readonly keepsTexts: boolean;
  /** Rules of redaction beside those that always hold. */
  readonly redact: readonly RedactionRule[];
  readonly seed: number;
  /** Where run folders are written. */
  readonly runs: string;
  /** The URLs that the sides are named with, the same whenever the run is gone on with; absent: their labels. */
  readonly named?: Readonly<Record<Side, string | null>>;
  /** Run folder to go on with; null for a new one. */
  readonly resume: string | null;
  /** Ends as soon as there is an answer; otherwise it goes on until it is stopped. */
  readonly untilDecided: boolean;
  /** Told when the answer changes; null: nobody. */
  readonly webhook: string | null;
  /** Port of the page; null: no page. */
  readonly pagePort: number | null;
}

/** What is done where nothing else is asked for. */
export const SHADOW_DEFAULTS: Omit<ShadowConfig, 'runs'> = {
  plan: {
    sample: 0.1,
    again: 0.2,
    margins: {
      errors: 0.005,
      contract: 0.005,
      overlap: 0.02,
      rbo: 0.02,
      recall: 0.005,
      slow: 0.02,
    },
    alpha: 0.05,
    windowMs: 3_600_000,
    slowFactor: 2,
  },
  queue: 200,
  concurrency: 4,
  segments: SEGMENT_LIMITS,
  breaker: BREAKER_LIMITS,
  identityEveryMs: 60_000,
  collections: [],
  keepsTexts: true,
  redact: [],
  seed: 20260101,
  resume: null,
  untilDecided: false,
  webhook: null,
  pagePort: null,
};

/** A frontend whose traffic is looked at. */
export interface TappedFrontend {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** What a caller hands in. */
export interface ShadowOptions {
  /** Starts to serve users from the incumbent and hands what passes to the tap. */
  readonly openFrontend: (tap: TrafficTap) => Promise<TappedFrontend>;
  /** How users speak to the incumbent. */
  readonly dialect: Dialect;
  readonly incumbent: Backend;
  readonly candidate: Backend;
  /** Absent: recall is not judged. */
  readonly recallOf?: ShadowRecall;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Told where the frontend, the page and the run are, once users are served. */
  readonly onReady?: (places: {
    readonly frontend: string;
    readonly page: string | null;
    readonly runFolder: string;
  }) => void;
}
