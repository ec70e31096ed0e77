import type { ObservedLoop } from '../../record/observed.ts';

/** A closed-loop measurement at one concurrency. */
export interface KneePoint {
  readonly concurrency: number;
  readonly throughputPerSecond: number;
}

/** Requests that ended ok in a closed loop, per second. */
export function throughputOf({ okCount, measuredMs }: ObservedLoop): number {
  return okCount / (measuredMs / 1000);
}

/** Where doubling the concurrency stops to pay. */
export interface Knee {
  readonly concurrency: number;
  readonly throughputPerSecond: number;
  /** Whether the highest concurrency that was allowed was still gaining. */
  readonly atCeiling: boolean;
  readonly points: readonly KneePoint[];
}

const KNEE_GAIN = 1.05;

/** Doubles the concurrency from 1 until throughput gains less than 5%, or `maxConcurrency` is reached. */
export async function findKnee(
  maxConcurrency: number,
  measure: (concurrency: number) => Promise<number>,
): Promise<Knee> {
  const points: KneePoint[] = [];
  let knee = kneeOf(points);
  for (let concurrency = 1; concurrency <= maxConcurrency && knee.atCeiling; concurrency *= 2) {
    points.push({ concurrency, throughputPerSecond: await measure(concurrency) });
    knee = kneeOf(points);
  }
  return knee;
}

/** The knee of points that were measured, in the order of their concurrency. */
export function kneeOf(points: readonly KneePoint[]): Knee {
  let best: KneePoint = { concurrency: 1, throughputPerSecond: 0 };
  for (const point of points) {
    const gained = point.throughputPerSecond >= KNEE_GAIN * best.throughputPerSecond;
    if (!gained && best.throughputPerSecond > 0) {
      return { ...best, atCeiling: false, points: [...points] };
    }
    best = point;
  }
  return { ...best, atCeiling: true, points: [...points] };
}
