import type { CapturedTraffic } from '../../traffic/capture-record.ts';
import type { ReadTally } from '../../traffic/read/read-traffic.ts';
import { STRATA } from './strata.ts';

/** What was read, and what was taken out of it. */
export interface CaptureTally {
  readonly tally: ReadTally;
  /** Matches of each rule of redaction, by its name. */
  readonly redactions: Readonly<Record<string, number>>;
  /** Whether texts are kept as vectors alone. */
  readonly asVectors: boolean;
}

/** One band of frequency. */
export interface StratumFinding {
  readonly name: string;
  readonly needs: number;
  /** Needs that they stand for. */
  readonly represents: number;
  /** Requests of the needs that were kept. */
  readonly requests: number;
}

/** What a capture holds. */
export interface CaptureFindings extends CaptureTally {
  readonly requests: number;
  readonly needsSeen: number;
  readonly needsKept: number;
  /** Needs in which something was redacted: their baseline is that of another wording. */
  readonly redactedNeeds: number;
  readonly withBaseline: number;
  /** Needs that the incumbent answered with different documents from one time to the next. */
  readonly unsteady: number;
  readonly strata: readonly StratumFinding[];
  readonly arrivals: number;
  readonly standIns: number;
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
}

/** Counts what a capture holds. */
export function captureFindings(traffic: CapturedTraffic, tally: CaptureTally): CaptureFindings {
  const { needs, arrivals, standIns, needsSeen, requests, firstAtMs, lastAtMs } = traffic;
  const baselines = needs.flatMap(({ baseline }) => (baseline === null ? [] : [baseline]));
  return {
    ...tally,
    requests,
    needsSeen,
    needsKept: needs.length,
    redactedNeeds: needs.filter(({ redacted }) => redacted).length,
    withBaseline: baselines.length,
    unsteady: baselines.filter(
      ({ answer, earlier }) => earlier !== null && earlier.ids.join('\n') !== answer.ids.join('\n'),
    ).length,
    strata: STRATA.flatMap(({ name }): StratumFinding[] => {
      const own = needs.filter(({ stratum }) => stratum === name);
      return own.length === 0
        ? []
        : [
            {
              name,
              needs: own.length,
              represents: Math.round(own.reduce((sum, need) => sum + need.represents, 0)),
              requests: own.reduce((sum, { count }) => sum + count, 0),
            },
          ];
    }),
    arrivals: arrivals.length,
    standIns,
    firstAtMs,
    lastAtMs,
  };
}
