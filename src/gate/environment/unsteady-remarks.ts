import { counted } from '../../counted.ts';
import type { CellFinding, UnsteadyFinding } from '../../parity/findings.ts';
import { otherSide } from '../../record/side-of-arm.ts';
import type { Side } from '../../record/types.ts';

/** Share of overlap that a side may lose between two equal requests before it is called unsteady. */
const STEADY_OVERLAP = 0.99;
/** Share of needs from which a side is called unsteady, where it is surely answered otherwise for so many. */
const UNSTEADY_NEEDS = 0.01;

/** Whether two equal requests to a side share so little that one answer tells no document. */
export function isFarFromItself(cell: CellFinding, side: Side): boolean {
  return (overlapOf(cell, side) ?? 1) < STEADY_OVERLAP;
}

/** A side that differs from itself is named, with how much the other does; whatever explains why the sides differ. */
export function unsteadyRemarks(finding: CellFinding): string[] {
  const { cell, unsteady = [] } = finding;
  return unsteady.flatMap((found) => {
    const { side, needs } = found;
    const own = overlapOf(finding, side);
    const isSure = needs.lower >= UNSTEADY_NEEDS;
    if (own === null || (!isSure && own >= STEADY_OVERLAP)) return [];
    const other = overlapOf(finding, otherSide(side));
    const beside = other === null ? '' : ` (${percent(other)} on the other side)`;
    return [
      `two equal requests of ${cell} to the ${side} share ${percent(own)} of their documents${beside}; ${ofNeeds(needs)}: ${whenAndWhere(found)}`,
    ];
  });
}

/** Mean share of documents that two equal requests to a side share; null where none was asked twice. */
function overlapOf({ agreement }: CellFinding, side: Side): number | null {
  const pair = side === 'incumbent' ? 'A·A′' : 'B·B′';
  return agreement.find((entry) => entry.pair === pair)?.overlap ?? null;
}

function ofNeeds({ asked, differing, lower, upper }: UnsteadyFinding['needs']): string {
  return `${differing} of ${counted(asked, 'need')} are answered with other documents (${percent(differing / asked)}, 90% interval ${percent(lower)} to ${percent(upper)})`;
}

/** What the worse answers have in common, as a clause. */
function whenAndWhere({ queries, differing, pattern }: UnsteadyFinding): string {
  const told =
    pattern ?? 'spread over all kinds of queries and all of the time, as by replicas that differ';
  return `${differing} of ${counted(queries, 'query', 'queries')}; ${told}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
