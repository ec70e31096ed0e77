import { counted, firstNamed } from '../../counted.ts';
import type { Findings, KeysFinding, ListingFinding } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

const NAMED = 5;

/**
 * What both listings decide: whether the candidate stores every document that the incumbent stores, and the vectors of
 * the same texts. Empty where a side was not listed to its end: then only answers tell.
 */
export function listingGates({ listing }: Pick<Findings, 'listing'>): GateResult[] {
  if (listing === undefined) return [];
  const { incumbent, candidate } = listing;
  if (incumbent.state !== 'complete' || candidate.state !== 'complete') return [];
  return [idsGate(listing), ...vectorsGate(listing)];
}

function idsGate({ candidate }: ListingFinding): GateResult {
  const lost = candidate.missingAlone;
  const common = candidate.missing.count - lost.count;
  // Pages that move while they are read repeat some rows in the place of others, which the store has all the same.
  const mayHaveMoved = lost.count <= candidate.repeated;
  const lossState: GateState = mayHaveMoved ? 'inconclusive' : 'fail';
  const state: GateState = lost.count > 0 ? lossState : 'pass';
  const moved = mayHaveMoved
    ? `; ${counted(candidate.repeated, 'row')} came twice: its pages may have moved while they were read`
    : '';
  const also =
    common === 0
      ? ''
      : `; ${counted(common, 'of the corpus is', 'of the corpus are')} on neither side`;
  const beside =
    candidate.extra.count === 0
      ? ''
      : `; it also lists ${candidate.extra.count} that the corpus does not have`;
  const reason =
    lost.count > 0
      ? `${counted(lost.count, 'document is', 'documents are')} in the incumbent's listing and not in the candidate's: ${namesOf(lost)}${moved}${also}`
      : `every document that the incumbent stores is in its listing${also}${beside}`;
  return gate('listing', candidate.documents, state, reason);
}

/** Vectors can be told apart one by one where most rows of both sides are alike. */
function vectorsGate({ between, incumbent, candidate }: ListingFinding): GateResult[] {
  if (between === null || !between.isAlike) return [];
  const isFresh = incumbent.againstEmbeddings?.isAlike === true;
  const isFreshHere = candidate.againstEmbeddings?.isAlike === true;
  // Where the texts' vectors are known, a row that is wrong on the incumbent's side is no fault of the candidate.
  const staleThere = new Set(isFresh ? incumbent.againstEmbeddings?.differing.named : []);
  const named = between.differing.named.filter((key) => !staleThere.has(key));
  const count = between.differing.count - (between.differing.named.length - named.length);
  const state: GateState = count > 0 ? 'fail' : 'pass';
  const whose = isFresh && isFreshHere ? ' or of the texts as they are now' : '';
  const reason =
    count > 0
      ? `${count} of ${between.compared} stored vectors are not those of the incumbent${whose}: ${namesOf({ count, named })}`
      : `all ${between.compared} stored vectors point where the incumbent's do`;
  return [gate('stored vectors', between.compared, state, reason)];
}

function gate(
  type: 'listing' | 'stored vectors',
  n: number,
  state: GateState,
  reason: string,
): GateResult {
  return {
    ...gateOf({ type }),
    cell: 'all',
    slice: null,
    unit: 'documents',
    n,
    margin: null,
    mean: null,
    lower: null,
    upper: null,
    state,
    regressed: state === 'fail',
    parity: false,
    ...UNTESTED,
    gated: true,
    reason,
  };
}

function namesOf({ count, named }: KeysFinding): string {
  return firstNamed(named, NAMED, { of: count });
}
