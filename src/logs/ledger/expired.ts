import type { EvidenceHashes, LedgerRow } from './row.ts';

/** A verdict that no longer stands, and every reason why. */
export interface ExpiredVerdict {
  readonly row: LedgerRow;
  readonly because: readonly string[];
}

const NAMES: Readonly<Record<keyof EvidenceHashes, string>> = {
  corpus: 'the corpus',
  queries: 'the queries',
  judgments: 'the judgments',
  config: 'the configuration',
  incumbentDialect: "the incumbent's dialect",
  candidateDialect: "the candidate's dialect",
  incumbentBackend: 'the incumbent',
  candidateBackend: 'the candidate',
};

/** The last row of each endpoint: the verdicts that stand unless they have expired. */
export function standingRows(rows: readonly LedgerRow[]): LedgerRow[] {
  return [...new Map(rows.map((row) => [row.endpoint, row])).values()];
}

/**
 * The standing verdicts whose evidence has changed since; what is not known now is not compared.
 */
export function expiredVerdicts(
  rows: readonly LedgerRow[],
  current: Partial<EvidenceHashes>,
): ExpiredVerdict[] {
  return standingRows(rows).flatMap((row) => {
    const because = changedEvidence(row.evidence.hashes, current);
    return because.length === 0 ? [] : [{ row, because }];
  });
}

/** One sentence for each part of the evidence that is another now. */
export function changedEvidence(
  recorded: EvidenceHashes,
  current: Partial<EvidenceHashes>,
): string[] {
  return (Object.keys(NAMES) as (keyof EvidenceHashes)[]).flatMap((key) => {
    const now = current[key];
    return now === undefined || now === recorded[key]
      ? []
      : [`${NAMES[key]} has changed (${brief(recorded[key])} → ${brief(now)})`];
  });
}

function brief(hash: string): string {
  return /^[0-9a-f]{16,}$/.test(hash) ? hash.slice(0, 12) : hash;
}
