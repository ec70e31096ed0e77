import type { AgreementFinding, CellFinding } from '../../parity/findings.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Section, Span } from '../model.ts';
import {
  bounds,
  count,
  difference,
  joined,
  metric,
  prose,
  rank,
  setting,
  share,
  spansOf,
  things,
} from '../spans.ts';

const LISTS: Readonly<Record<AgreementFinding['pair'], string>> = {
  A·B: 'incumbent and candidate',
  'A·A′': 'incumbent, asked twice',
  'B·B′': 'candidate, asked twice',
};

/** How the lists of one operation agree, between the sides and of each side with itself. */
export function agreementSection(cell: CellFinding): Section {
  return tableSection(`agreement-${cell.cell}`, prose`Agreement: ${cell.cell}`, {
    columns: [
      key(left('lists', 'pair')),
      right('queries'),
      right('overlap'),
      right('Jaccard'),
      right('RBO'),
      right('residual'),
      right('τ-b', 'tau-b'),
      left('top-1'),
      beside(left('Wilson 95%', 'top-1-bounds')),
      right('identical lists'),
    ],
    rows: cell.agreement.map((a) =>
      row(
        [a.pair],
        [
          LISTS[a.pair],
          count(a.n),
          metric(a.overlap),
          metric(a.jaccard),
          metric(a.rbo),
          metric(a.rboResidual),
          metric(a.kendallTauB),
          share(a.top1.rate),
          bounds(a.top1.lower, a.top1.upper),
          count(a.identical),
        ],
      ),
    ),
    notes: [
      'RBO is the extrapolated one at p = 1 − 1/k, its ties (scores within a side’s own noise) without an order: a list with ties agrees with itself to a little less than 1.',
      ...silentPairs(cell),
      ...(cell.excess.length === 0 ? [] : [joined(cell.excess.map(excessOf), ' ')]),
      divergenceOf(cell),
      scoresOf(cell),
    ].map(paragraph),
  });
}

/** Pairs of answers that are left out of the table, since neither holds a row. */
function silentPairs({ agreement }: CellFinding): (readonly Span[])[] {
  return agreement.flatMap(({ pair, withoutRows = 0 }) =>
    withoutRows === 0
      ? []
      : [
          prose`${LISTS[pair]}: ${things(withoutRows, 'query is', 'queries are')} left out, to which neither answer has a row though documents match: that shows no agreement.`,
        ],
  );
}

function excessOf(x: CellFinding['excess'][number]): readonly Span[] {
  return prose`Disagreement above the noise floor, ${x.measure}: ${difference(x.mean)} ${bounds(x.lower, x.upper)} over ${things(x.n, 'need')}.`;
}

function divergenceOf({ agreement }: CellFinding): readonly Span[] {
  const across = agreement.find(({ pair }) => pair === 'A·B');
  const ranks = Object.entries(across?.firstDivergentRank ?? {});
  if (across?.n === 0) return ['No query has two answers of which one at least holds a row.'];
  if (ranks.length === 0) return ['Wherever both sides answer, they give the same list.'];
  return [
    'First rank at which the two sides’ lists differ: ',
    ...spansOf(joined(ranks.map(([at, n]) => prose`${rank(Number(at))} (${setting(n)}×)`))),
    '.',
  ];
}

function scoresOf({ scoreDrift: drift }: CellFinding): readonly Span[] {
  return prose`Scores of ${count(drift.nCommon)} common documents, candidate − incumbent: mean ${difference(drift.meanSigned, 7)}, greatest ${metric(drift.maxAbs, 7)}, slope ${metric(drift.slope, 5)}, Pearson ${metric(drift.pearson, 5)}; each side’s own noise ${metric(drift.epsilonIncumbent, 7)} and ${metric(drift.epsilonCandidate, 7)}.`;
}
