import type { SweepPointFinding, SweepReach } from './findings.ts';

/**
 * Which variants reach which recalls. On each curve (one variant, one selectivity) efforts are tested from the
 * greatest down and the first one whose lower bound is below the target ends the test: a fixed sequence, so that
 * "reached" is wrong with at most 5% for each curve and target, however many efforts there are. Only what was
 * measured is named: nothing is drawn between two efforts or beyond the last.
 */
export function reachedTargets(
  points: readonly SweepPointFinding[],
  targets: readonly number[],
): SweepReach[] {
  const curves = Map.groupBy([...points.keys()], (at) => {
    const point = points[at];
    return `${point?.variant} ${point?.selectivity}`;
  });
  return [...curves.values()].flatMap((curve) => {
    const [first] = curve;
    const named = first === undefined ? undefined : points[first];
    if (named === undefined) return [];
    return targets.map((target) => ({
      variant: named.variant,
      selectivity: named.selectivity,
      target,
      ...reachedOn(curve, points, target),
    }));
  });
}

function reachedOn(
  curve: readonly number[],
  points: readonly SweepPointFinding[],
  target: number,
): Pick<SweepReach, 'state' | 'point'> {
  const recallOf = (at: number) => points[at]?.recall;
  const falling = curve
    .filter((at) => recallOf(at)?.mean != null)
    .sort((a, b) => (points[b]?.effort ?? 0) - (points[a]?.effort ?? 0));
  let reached: number | null = null;
  for (const at of falling) {
    if ((recallOf(at)?.lower ?? 0) < target) break;
    reached = at;
  }
  if (reached !== null) return { state: 'reached', point: reached };
  const [best = null] = falling.toSorted(
    (a, b) => (recallOf(b)?.mean ?? 0) - (recallOf(a)?.mean ?? 0),
  );
  const isNear = best !== null && (recallOf(best)?.mean ?? 0) >= target;
  return { state: isNear ? 'not shown' : 'not reached', point: best };
}

/** Numbers of the points that none beats in both recall and requests a second, within one selectivity. */
export function frontOf(points: readonly Omit<SweepPointFinding, 'isOnFront'>[]): Set<number> {
  const front = new Set<number>();
  for (const [at, point] of points.entries()) {
    const [recall, rate] = [point.recall.mean, point.perSecond.median];
    if (recall === null || rate === null) continue;
    const isBeaten = points.some((other) => {
      const [more, faster] = [other.recall.mean, other.perSecond.median];
      if (other.selectivity !== point.selectivity || more === null || faster === null) return false;
      return more >= recall && faster >= rate && (more > recall || faster > rate);
    });
    if (!isBeaten) front.add(at);
  }
  return front;
}
