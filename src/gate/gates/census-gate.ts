import type { Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import type { GateResult } from '../verdict.ts';

/** A document that a side does not return first for its own text is missing: recall alone would hardly notice. */
export function censusGates(findings: Findings): GateResult[] {
  return findings.census.map((side) => {
    const lost = [...side.missing, ...side.displaced];
    const state =
      lost.length > 0 ? 'fail' : side.failed > 0 || side.asked === 0 ? 'inconclusive' : 'pass';
    return {
      ...gateOf({ type: 'membership', side: side.side }),
      cell: 'all',
      slice: null,
      unit: 'documents',
      n: side.asked,
      margin: null,
      mean: null,
      lower: null,
      upper: null,
      state,
      regressed: false,
      parity: false,
      minimalDetectableEffect: null,
      decidesAt: null,
      p: null,
      pHolm: null,
      gated: true,
      reason: reasonOf(side, lost),
    };
  });
}

function reasonOf(side: Findings['census'][number], lost: readonly string[]): string {
  if (lost.length > 0) {
    const more = lost.length > 5 ? ` and ${lost.length - 5} more` : '';
    const what = side.missing.length > 0 ? 'missing' : 'not first for their own text';
    return `${lost.length} of ${side.asked} documents ${what}: ${lost.slice(0, 5).join(', ')}${more}`;
  }
  if (side.asked === 0) return 'no document was asked for';
  if (side.failed > 0) return `${side.failed} of ${side.asked} requests failed`;
  return side.asked === side.documents
    ? 'every document is found by its own text'
    : `every document of a sample is found; with 95% confidence at most ${(
        (1 - 0.05 ** (1 / side.asked)) * 100
      ).toFixed(2)}% of all are missing`;
}
