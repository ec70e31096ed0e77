import { counted, firstNamed } from '../../counted.ts';
import {
  displacedAlone,
  lostByCandidateAlone,
  lostDocuments,
  lostWithoutComparison,
} from '../../parity/census.ts';
import type { CensusFinding, Findings } from '../../parity/findings.ts';
import { signTestP } from '../../stats/decisions/sign-test.ts';
import { ALPHA } from '../../stats/decisions/spent-alpha.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/** Documents that a reason names. */
const NAMED = 5;

/**
 * Whether the candidate finds every document by its own text that the incumbent finds: a single lost document is
 * too little for any gate on recall. What the incumbent loses is a remark and decides nothing, but for one thing:
 * where it alone puts documents behind others for their own text, as the candidate does with other ones, two equal
 * sides may differ so, and the candidate must surely do it oftener.
 */
export function censusGates(findings: Pick<Findings, 'census' | 'corpus'>): GateResult[] {
  const { census, corpus } = findings;
  const lost = lostByCandidateAlone(census, corpus);
  const unknown = lostWithoutComparison(census, corpus);
  const [displaced, byIncumbent] = (['candidate', 'incumbent'] as const).map((side) =>
    displacedAlone(census, side, corpus),
  ) as [string[], string[]];
  const isEven = byIncumbent.length > 0 && signTestP(displaced.length, byIncumbent.length) > ALPHA;
  const even = new Set(isEven ? displaced : []);
  return census.map((side) => {
    const isCandidate = side.side === 'candidate';
    const own = isCandidate ? lost.filter((key) => !even.has(key)) : lostDocuments(side);
    const open = isCandidate ? unknown : [];
    const isMore = isCandidate && isEven && displaced.length > byIncumbent.length;
    const state: GateState =
      own.length > 0
        ? 'fail'
        : side.failed > 0 || side.asked === 0 || open.length > 0 || isMore
          ? 'inconclusive'
          : 'pass';
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
      ...UNTESTED,
      gated: side.side === 'candidate',
      reason:
        isCandidate && even.size > 0 && own.length + side.failed + open.length === 0
          ? evenLoss(displaced, byIncumbent)
          : reasonOf(side, own, open),
    };
  });
}

function evenLoss([first, ...others]: readonly string[], incumbent: readonly string[]): string {
  const count = counted(1 + others.length, 'document is', 'documents are');
  return `${count} behind a farther one for ${others.length === 0 ? 'its' : 'their'} own text, ${first} first, and ${incumbent.length} of the incumbent’s: no certain difference`;
}

function reasonOf(side: CensusFinding, own: readonly string[], open: readonly string[]): string {
  if (own.length > 0) return lossOf(side, own);
  if (side.asked === 0) return 'no document was asked for';
  if (side.failed > 0) return `${side.failed} of ${counted(side.asked, 'document')} had no answer`;
  if (open.length > 0) {
    return `${counted(open.length, 'document is', 'documents are')} not found, ${open[0]} first, and the incumbent did not answer for them`;
  }
  const undefinedToo =
    side.undefinedCount === 0 ? '' : `; ${side.undefinedCount} without a defined truth left out`;
  const both = lostDocuments(side).length;
  const common = both === 0 ? '' : `; ${counted(both, 'is', 'are')} lost by both sides`;
  if (side.asked < side.documents) {
    const most = (1 - 0.05 ** (1 / side.asked)) * 100;
    return `every document of a sample is found; with 95% confidence at most ${most.toFixed(2)}% of all are lost${common}${undefinedToo}`;
  }
  return `every document${both === 0 ? '' : ' that the incumbent finds'} is found by its own text${common}${undefinedToo}`;
}

/** Each kind of loss by its own name, with the first documents of it. */
function lossOf(side: CensusFinding, own: readonly string[]): string {
  const mine = new Set(own);
  const kinds: readonly (readonly [one: string, many: string, readonly string[]])[] = [
    [
      'not found by its own text, nor in any other answer',
      'not found by their own text, nor in any other answer',
      side.missing,
    ],
    [
      'not found by its own text, though other questions return it',
      'not found by their own text, though other questions return them',
      side.elsewhere,
    ],
    [
      'behind a document that is farther from its own text',
      'behind a document that is farther from their own text',
      side.displaced,
    ],
  ];
  const lost = kinds
    .map(([one, many, all]) => ({ one, many, keys: all.filter((key) => mine.has(key)) }))
    .filter(({ keys }) => keys.length > 0);
  return lost
    .map(({ one, many, keys }, at) => {
      const of = at === 0 ? `of ${counted(side.asked, 'document')} ` : '';
      return `${counted(keys.length, `${of}${one}`, `${of}${many}`)}: ${firstNamed(keys, NAMED)}`;
    })
    .join('; ');
}
