import type { StoredDrift } from '../record/catalogue.ts';
import type { CapturedReplies } from '../record/raw-replies.ts';
import { covers, type ExpectedDrift } from './compare.ts';
import { discoverDrift } from './discover.ts';
import type { DriftDiscovery } from './types.ts';

/** What was found out about the responses of two backends. */
export interface DriftFindings {
  readonly schema: 1;
  /** Every difference, with the reason where it was declared or stored with one. */
  readonly rows: readonly StoredDrift[];
  readonly discoveries: readonly DriftDiscovery[];
  /** Whether any request was answered with 5xx, so that such answers were compared. */
  readonly hasFailures: boolean;
  /** How many sound requests of each endpoint were answered; absent in findings of earlier versions. */
  readonly sound?: CapturedReplies['sound'];
  /** Requests that were left out: asked again, they were answered with another status. */
  readonly unsteady: CapturedReplies['unsteady'];
}

/** How differences are looked for and named. */
export interface DriftSettings {
  /** Names in lower case of response headers that are not compared. */
  readonly ignoreHeaders: readonly string[];
  readonly expected: readonly ExpectedDrift[];
  /** The stored catalogue, from which reasons are taken. */
  readonly catalogue: readonly StoredDrift[] | null;
}

/** Finds every difference in what was captured. */
export function driftFindings(
  { groups, unsteady, sound }: CapturedReplies,
  { ignoreHeaders, expected, catalogue }: DriftSettings,
): DriftFindings {
  const discoveries = groups.map((group) => discoverDrift(group, ignoreHeaders));
  const rows = discoveries
    .flatMap((discovery) => discovery.rows)
    .map((row): StoredDrift => {
      const declared = expected.find((entry) => covers(entry, row));
      const stored = catalogue?.find((entry) => covers(entry, row));
      const reason = declared?.reason ?? stored?.reason;
      return reason === undefined ? row : { ...row, reason };
    });
  const hasFailures = groups.some(({ scenario }) => scenario === '5xx');
  return { schema: 1, rows, discoveries, hasFailures, unsteady, sound };
}
