import type { DocumentIndex } from '../corpus/document-index.ts';
import { partsOf, storedKey } from '../corpus/document-key.ts';
import { TIE_EPSILON } from '../metrics/ranking/tie-aware-recall.ts';
import { sideOfArm } from '../record/side-of-arm.ts';
import type { Observation } from '../record/types.ts';
import type { CensusFinding } from './findings.ts';
import type { TruthLookup } from './inputs.ts';

/**
 * Checks, for every document asked by its own text, that it stands in the top tie group of each side's answer:
 * no document before it may be strictly nearer to the text than it is itself.
 */
export function membershipCensus(
  observations: readonly Observation[],
  index: DocumentIndex,
  truth: TruthLookup,
): CensusFinding[] {
  return (['incumbent', 'candidate'] as const).map((side) => {
    const missing = new Set<string>();
    const displaced = new Set<string>();
    let asked = 0;
    let failed = 0;
    for (const row of observations) {
      if (row.phase !== 'census' || sideOfArm(row.arm) !== side) continue;
      asked += 1;
      if (row.outcome !== 'ok') {
        failed += 1;
        continue;
      }
      const key = storedKey(row.queryId);
      const rank = index.placesOf(row, [partsOf(key).collection]).indexOf(key);
      const group = topGroupSize(key, truth);
      if (rank === -1) {
        // With more equal texts than rows, the document may be absent without being lost.
        if (group <= row.k) missing.add(key);
      } else if (rank >= group) displaced.add(key);
    }
    return {
      side,
      asked,
      documents: index.size,
      failed,
      missing: [...missing].sort(byNumberInName),
      displaced: [...displaced].sort(byNumberInName),
    };
  });
}

function topGroupSize(key: string, truth: TruthLookup): number {
  const list = truth.list(key);
  const best = list?.scores[0];
  if (list === null || best === undefined) return 1;
  return list.scores.filter((score) => score >= best - TIE_EPSILON).length;
}

/** `w-9` before `w-10`: examples are read by people. */
function byNumberInName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
