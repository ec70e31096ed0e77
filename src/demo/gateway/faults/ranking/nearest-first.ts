import type { GatewayHit } from '../../hit.ts';
import type { SearchPlan } from '../types.ts';

/** Rows by score; those of one score stay in their order, or in that of a second number. */
export function nearestFirst(
  hits: readonly GatewayHit[],
  nearest: SearchPlan['nearest'],
  second: (hit: GatewayHit) => number = () => 0,
): readonly GatewayHit[] {
  const sign = nearest === 'highest' ? -1 : 1;
  return hits.toSorted((a, b) => sign * (a.score - b.score) || second(a) - second(b));
}
