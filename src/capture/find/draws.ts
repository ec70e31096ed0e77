import { withNeeds } from '../../corpus/needs.ts';
import type { Query } from '../../corpus/types.ts';
import { randomOf } from '../../stats/random.ts';
import type { CapturedNeed } from '../../traffic/capture-record.ts';

/** Whether each need counts once, or as often as traffic asked it. */
export type Weighting = 'needs' | 'frequency';

/**
 * The queries that needs are asked as: one each, by the name of its stratum as a slice. What was asked on two endpoints
 * is one need: the main job asks each query on all of them.
 */
export function queriesOf(needs: readonly CapturedNeed[]): Query[] {
  return withNeeds(
    needs.map(({ id, question, stratum }) => ({
      id,
      text: question.text ?? '',
      ...(question.text === null ? { textless: true as const } : {}),
      slices: [stratum],
      collections: question.collections,
      ...(question.filter === null ? {} : { filter: question.filter }),
    })),
  );
}

/**
 * As many queries as there are needs, drawn with replacement in proportion to how often each need was asked and to
 * how many needs it stands for: a plain mean over them estimates that over the requests of the traffic. Draws of one
 * need are needs of their own, and have it as their cluster.
 */
export function drawnByFrequency(needs: readonly CapturedNeed[], seed: number): Query[] {
  const queries = queriesOf(needs);
  const weights = needs.map(({ count, represents }) => count * represents);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const random = randomOf(seed);
  const times = new Map<number, number>();
  return queries.flatMap((): Query[] => {
    let left = random.fraction() * total;
    let index = 0;
    while (index < weights.length - 1 && left >= (weights[index] ?? 0)) {
      left -= weights[index] ?? 0;
      index += 1;
    }
    const query = queries[index];
    if (query === undefined) return [];
    const time = (times.get(index) ?? 0) + 1;
    times.set(index, time);
    const id = time === 1 ? query.id : `${query.id}.${time}`;
    return [{ ...query, id, need: id, cluster: query.need }];
  });
}
