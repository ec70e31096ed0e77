import type { AttributionInput } from '../../../attribution/types.ts';
import { tieAwareRecallAtK } from '../../../metrics/ranking/tie-aware-recall.ts';
import type { Side } from '../../../record/types.ts';
import type { TruthLookup } from '../../../truth/types.ts';
import type { LossSplit } from '../../findings.ts';

/**
 * What a side that has an exact search of its own loses of recall@k, and where: its exact search loses what comes of the
 * vectors that it holds (codes, another embedder, other documents), and what its index loses beyond that is the
 * graph's, or the filter's where the query has one. Weighted means over the queries that both kinds of answer are known
 * for, each over all of them, so that the parts add up. A side without an exact search is left out.
 */
export function lossSplits(input: AttributionInput, truth: TruthLookup): LossSplit[] {
  return (['incumbent', 'candidate'] as const).flatMap((side) => {
    const split = splitOf(input, side, truth);
    return split === null ? [] : [split];
  });
}

function splitOf(
  { k, queries, sides }: AttributionInput,
  side: Side,
  truth: TruthLookup,
): LossSplit | null {
  const { answers, exact } = sides[side];
  const sum = { weight: 0, held: 0, graph: 0, filter: 0 };
  let count = 0;
  for (const { id, filter, weight } of queries) {
    const list = truth.list(id);
    const recall = (keys: readonly string[] | undefined): number | null =>
      list === null || keys === undefined
        ? null
        : tieAwareRecallAtK(keys.slice(0, k), k, list.scores, (key) => truth.exactScore(id, key))
            .recall;
    const [own, best] = [recall(answers.get(id)?.keys), recall(exact?.get(id)?.keys)];
    if (own === null || best === null) continue;
    count += 1;
    sum.weight += weight;
    sum.held += weight * (1 - best);
    sum[filter === null ? 'graph' : 'filter'] += weight * (best - own);
  }
  if (sum.weight === 0) return null;
  const { weight } = sum;
  const held = sum.held / weight;
  const graph = sum.graph / weight;
  const filter = sum.filter / weight;
  return { side, queries: count, loss: held + graph + filter, held, graph, filter };
}
