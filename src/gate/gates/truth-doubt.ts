import { describesIncumbent, otherMetric, type TruthFit } from '../../parity/cell/truth-fit.ts';
import type {
  CellFinding,
  Findings,
  QualityFinding,
  ReferenceFinding,
} from '../../parity/findings.ts';
import type { GateState } from '../../stats/decisions/gate-decision.ts';

interface Claim {
  readonly state: GateState;
  readonly lower: number | null;
  readonly margin: number | null;
}

/** How far below a well-built index an incumbent may be before the truth is doubted. */
const BELOW_REFERENCE = 0.01;

/**
 * Why a pass on recall is not to be trusted, since the truth may be that of another question; null where it is. Two
 * things tell: recall that surely rises by more than the margin while the lists disagree, and an incumbent that is
 * far below what a local index reaches over the same vectors. Both are harmless where the incumbent's own scores, or
 * the order of its rows, are those of the truth: then its index loses rows, and the gain is real.
 */
export function truthDoubt(
  claim: Claim,
  { metric }: Pick<QualityFinding, 'metric'>,
  cell: Pick<CellFinding, 'excess' | 'truthFit' | 'k'>,
  references: readonly ReferenceFinding[],
): string | null {
  const { truthFit: fit } = cell;
  if (metric.family !== 'recall' || claim.state !== 'pass') return null;
  const describes = fit === undefined ? null : describesIncumbent(fit);
  if (describes === true) return null;
  const seen =
    rises(claim, cell) ?? (fit === undefined ? null : staysBelow(fit, cell.k, references));
  if (seen === null) return null;
  return `${seen}: the truth may not be that of the incumbent`;
}

/** What the incumbent's own answers say against the truth that it is judged by, for each operation where they do. */
export function truthMisfits({ cells, reference, truth }: Findings): string[] {
  if (truth.source === 'judgments') return [];
  return cells.flatMap(({ cell, k, truthFit: fit }) => {
    if (fit === undefined || describesIncumbent(fit) !== false) return [];
    if (staysBelow(fit, k, reference) === null) return [];
    const declared = truth.declared ?? [];
    const how = declared.length === 0 ? '' : ` though ${declared.join(' and ')} was declared`;
    return [`the truth of ${cell} does not describe the incumbent${how}: ${causeOf(fit)}`];
  });
}

function rises({ lower, margin }: Claim, { excess }: Pick<CellFinding, 'excess'>): string | null {
  const disagrees = excess.some(
    (found) => found.measure === '1 − overlap' && (found.lower ?? 0) > 0,
  );
  if (!disagrees || lower === null || margin === null || lower <= margin) return null;
  return `recall rises by at least ${lower.toFixed(4)} while the lists disagree`;
}

function staysBelow(
  { recall }: TruthFit,
  k: number,
  references: readonly ReferenceFinding[],
): string | null {
  const best = bestOf(references);
  if (recall === null || best === null || recall >= best - BELOW_REFERENCE) return null;
  return `the incumbent's recall@${k} is ${recall.toFixed(3)} where a local index over the same vectors reaches ${best.toFixed(3)}`;
}

/** The best recall of the reference indexes, weighed by their queries. */
function bestOf(references: readonly ReferenceFinding[]): number | null {
  let sum = 0;
  let queries = 0;
  for (const reference of references) {
    const recalls = reference.curve.flatMap(({ recall }) => recall ?? []);
    if (recalls.length === 0) continue;
    sum += Math.max(...recalls) * reference.queries;
    queries += reference.queries;
  }
  return queries === 0 ? null : sum / queries;
}

/** What the incumbent's scores say of what it ranks by, and what to declare. */
function causeOf(fit: TruthFit): string {
  const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
  const { form, share, declared, declaredShare, disorder } = fit;
  const other = otherMetric(fit);
  const own = `${percent(declaredShare ?? 0)} of its scores are of the ${declared}`;
  if (other !== null) {
    return `${own}, ${percent(share ?? 0)} are ${form} (declare searchUses.metric: '${other}')`;
  }
  const order =
    disorder === null
      ? ''
      : ` and its order contradicts ${percent(disorder)} of what the exact scores say`;
  return `${own}${order}: its search embeds otherwise, searches an old index, or is no vector search alone (declare searchUses, or truth: 'judgments')`;
}
