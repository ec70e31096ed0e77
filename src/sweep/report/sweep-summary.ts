import type { SweepFindings, SweepReach } from '../find/findings.ts';
import { pointName, variantName } from './names.ts';

/** What a sweep says in a few sentences: it judges nothing. */
export interface SweepSummary {
  readonly verdict: 'informational';
  readonly complete: boolean;
  /** One a variant, selectivity and target. */
  readonly sentences: readonly string[];
}

/** The sentences of a sweep. */
export function sweepSummary(findings: SweepFindings): SweepSummary {
  const { complete, reached } = findings;
  return {
    verdict: 'informational',
    complete,
    sentences: reached.map((reach) => reachSentence(findings, reach)),
  };
}

/** E.g. `hnswlib index: recall@10 ≥ 0.95 at ef 80 (0.9712, bound 0.9655), 5120 a second`. */
export function reachSentence(findings: SweepFindings, reach: SweepReach): string {
  const { k, points } = findings;
  const of = variantName(findings, reach.variant);
  const filtered =
    reach.selectivity === null ? '' : `, filters that leave ${percent(reach.selectivity)}`;
  const what = `${of}${filtered}: recall@${k} ≥ ${reach.target}`;
  const point = reach.point === null ? undefined : points[reach.point];
  if (point === undefined) return `${what}: nothing was asked`;
  const { mean, lower, upper } = point.recall;
  const at = pointName(findings, point);
  const fixed = (value: number | null): string => value?.toFixed(4) ?? '–';
  switch (reach.state) {
    case 'reached': {
      const rate = point.perSecond.median;
      const speed = rate === null ? '' : `, ${rate.toFixed(0)} requests a second`;
      const p95 = point.p95.valueMs === null ? '' : `, p95 ${point.p95.valueMs.toFixed(2)} ms`;
      return `${what} at ${at}: ${fixed(mean)}, at least ${fixed(lower)}${speed}${p95}`;
    }
    case 'not shown':
      return `${what} is not shown: ${fixed(mean)} at ${at}, but at least only ${fixed(lower)}; more needs would tell`;
    case 'not reached':
      return `${what} is not reached: the most is ${fixed(mean)} at ${at}, at most ${fixed(upper)}`;
  }
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
