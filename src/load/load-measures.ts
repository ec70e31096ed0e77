import type { LoadVerdict } from '../gate/load/judge-load.ts';
import type { RampPass } from './drive/ramp.ts';
import type { Rung } from './drive/rung.ts';
import type { Knee, SearchResult } from './judge/saturation.ts';

/** What one side answered, after one rate, to texts that nobody had asked before. */
export interface NonceFigures {
  readonly ratePerSecond: number;
  readonly side: 'incumbent' | 'candidate';
  readonly asked: number;
  readonly answered: number;
  /** Queries whose answers came back for other texts, to the last digit: a cache that looks at too little. */
  readonly sameAs: readonly string[];
  readonly recall: number | null;
}

/** Everything `bench load` measured. */
export interface LoadMeasures {
  readonly operation: string;
  readonly process: string;
  readonly queryCount: number;
  readonly leftOutCount: number;
  readonly knees: readonly [Knee, Knee] | null;
  readonly rungs: readonly Rung[];
  readonly nonces: readonly NonceFigures[];
  readonly ramp: {
    readonly fromPerSecond: number;
    readonly toPerSecond: number;
    readonly durationMs: number;
    readonly passes: readonly RampPass[];
  } | null;
  readonly capacities: readonly [SearchResult, SearchResult] | null;
  readonly objectiveText: string;
}

/** What was measured, where, and what follows from it. */
export interface LoadReport extends LoadMeasures {
  readonly verdict: LoadVerdict;
  /** Machine, versions, date and load average, one line. */
  readonly provenance: string;
}
