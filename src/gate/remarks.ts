import { causes } from '../attribution/causes.ts';
import { counted } from '../counted.ts';
import type { CellFinding, Findings } from '../parity/findings.ts';
import { commonFrom, doneByIncumbent } from './environment/incumbent-remarks.ts';
import { isFarFromItself, unsteadyRemarks } from './environment/unsteady-remarks.ts';
import { truthMisfits } from './gates/truth-doubt.ts';

/** What a verdict does not turn on and its reader should know. */
export interface VerdictRemark {
  readonly kind: /** Both sides do it wrong: parity with a broken incumbent is no success. */
    | 'both sides'
    /** The incumbent does it wrong, and nobody is charged. */
    | 'incumbent'
    /** A side answers the same request differently. */
    | 'unsteady'
    /** Queries stand for requests and not for needs. */
    | 'weights'
    /** Needs that resemble each other make the claim narrower than its n. */
    | 'clusters'
    /** Scores of the same documents differ, and no gate is set on them. */
    | 'scores'
    /** The incumbent's own scores are not those of the truth. */
    | 'truth'
    /** A side says that it ranks by another metric than the truth. */
    | 'metric'
    /** What the disagreement was put down to. */
    | 'cause'
    /** Documents whose score for their own text is not that of their vector. */
    | 'stale';
  readonly text: string;
}

/** Mean recall below which both sides are called poor. */
const POOR_RECALL = 0.9;
/** Cluster-robust over independent variance from which a claim is limited. */
const MOST_DESIGN_EFFECT = 1.5;
/** Difference of two sides' scores, of their spread, that is called another scale. */
const SCORE_SHIFT = 0.01;

/** Every remark on a run, the most telling kind first. */
export function remarksOn(findings: Findings): VerdictRemark[] {
  return [
    ...weighted(findings),
    ...truthMisfits(findings).map((text) => ({ kind: 'truth' as const, text })),
    ...findings.cells.flatMap(unsteadyRemarks).map((text) => ({ kind: 'unsteady' as const, text })),
    ...cutTexts(findings),
    ...rankedOtherwise(findings),
    ...causes(findings.attribution ?? []).map((text) => ({ kind: 'cause' as const, text })),
    ...staleDocuments(findings),
    ...findings.cells.flatMap(poorOnBothSides),
    ...findings.cells.flatMap(commonViolations),
    ...doneByIncumbent(findings).map((text) => ({ kind: 'incumbent' as const, text })),
    ...findings.cells.flatMap(scoreShift),
    ...findings.cells.flatMap(clustered),
  ];
}

function weighted({ corpus }: Findings): VerdictRemark[] {
  return corpus.weights === undefined
    ? []
    : [
        {
          kind: 'weights',
          text: 'queries are weighted by how often traffic asked them: the claim is about requests of that traffic, not about needs',
        },
      ];
}

function cutTexts({ cutTexts: cut }: Findings): VerdictRemark[] {
  return (['incumbent', 'candidate'] as const).flatMap((side): VerdictRemark[] => {
    const texts = cut?.[side] ?? 0;
    const rests = side === 'incumbent' ? 'the truth rests on' : 'its embeddings are those of';
    return texts === 0
      ? []
      : [
          {
            kind: 'truth',
            text: `${counted(texts, 'text is', 'texts are')} longer than the ${side} embeds and ${texts === 1 ? 'was' : 'were'} cut: ${rests} their beginnings`,
          },
        ];
  });
}

function rankedOtherwise({ otherMetrics = [] }: Findings): VerdictRemark[] {
  return otherMetrics.map(({ side, collection, distance, metric }) => ({
    kind: 'metric',
    text: `the ${side} ranks ${collection} by ${distance} and the truth by ${metric}, over vectors that are not equally long: its lists are judged by an order that it does not follow`,
  }));
}

function poorOnBothSides({ cell, k, quality, slices }: CellFinding): VerdictRemark[] {
  const poor = (where: string, own: CellFinding['quality']): VerdictRemark[] =>
    own.flatMap(({ metric, incumbent, candidate }) => {
      if (metric.family !== 'recall' || metric.depth !== k) return [];
      if (incumbent.mean === null || candidate.mean === null) return [];
      if (Math.max(incumbent.mean, candidate.mean) >= POOR_RECALL) return [];
      return [
        {
          kind: 'both sides' as const,
          text: `recall@${k} of ${cell}${where} is ${incumbent.mean.toFixed(3)} and ${candidate.mean.toFixed(3)}`,
        },
      ];
    });
  const whole = poor('', quality);
  return whole.length > 0
    ? whole
    : slices.flatMap(({ slice, quality: own }) => poor(` in ${slice}`, own));
}

function commonViolations(finding: CellFinding): VerdictRemark[] {
  const { cell, contract } = finding;
  return contract
    .filter(({ incumbent, candidate }) => Math.min(incumbent, candidate) >= commonFrom(finding))
    .map(({ kind, incumbent, candidate }) => ({
      kind: 'both sides',
      text: `${kind} in ${incumbent} and ${counted(candidate, 'answer')} of ${cell}`,
    }));
}

/** Nothing is said of a side that answers otherwise when it is asked again: one answer then tells no document. */
function staleDocuments({ selfScores = [], cells }: Findings): VerdictRemark[] {
  return selfScores.flatMap(({ side, judged, stale }): VerdictRemark[] =>
    stale.length === 0 || cells.some((cell) => isFarFromItself(cell, side))
      ? []
      : [
          {
            kind: 'stale',
            text: `the ${side} scores ${stale.length} of ${counted(judged, 'document')} for their own text otherwise than their vectors do, ${stale[0]} first: its index holds something else for them`,
          },
        ],
  );
}

function scoreShift({ cell, scoreDrift }: CellFinding): VerdictRemark[] {
  const { rmse, epsilonIncumbent, epsilonCandidate, slope, intercept } = scoreDrift;
  if (
    rmse === null ||
    rmse <= Math.max(SCORE_SHIFT, epsilonIncumbent ?? 0, epsilonCandidate ?? 0)
  ) {
    return [];
  }
  const map =
    slope === null || intercept === null
      ? ''
      : `: about ${slope.toFixed(3)} · s ${intercept < 0 ? '−' : '+'} ${Math.abs(intercept).toFixed(3)}`;
  return [
    {
      kind: 'scores',
      text: `scores of the same documents of ${cell} differ by ${rmse.toFixed(3)} (RMS)${map}`,
    },
  ];
}

function clustered({ cell, k, quality }: CellFinding): VerdictRemark[] {
  return quality.flatMap(({ metric, clusters }) =>
    metric.family === 'recall' &&
    metric.depth === k &&
    clusters !== null &&
    (clusters.designEffect ?? 0) > MOST_DESIGN_EFFECT
      ? [
          {
            kind: 'clusters' as const,
            text: `the differences of ${cell} go by cluster (design effect ${(clusters.designEffect ?? 0).toFixed(1)} over ${counted(clusters.clusters, 'cluster')}): the claim holds for these clusters`,
          },
        ]
      : [],
  );
}
