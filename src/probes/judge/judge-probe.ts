import { judgeClaims } from '../../gate/judge/judge-claims.ts';
import { EXIT_OF, type GateState, type JudgedGate, type Verdict } from '../../gate/verdict.ts';
import type { Metric } from '../../metrics/metric.ts';
import {
  type CheckState,
  type ProbeCheck,
  type ProbeFindings,
  type QueryForm,
  qualityLabel,
} from '../find/findings.ts';

/** What one claim of a probe is about. */
export type ProbeGateKind =
  /** That all comparisons agree; the estimate is the share that does. */
  | { readonly type: 'checks' }
  /** A metric of the ranked lists, candidate against incumbent. */
  | { readonly type: 'quality'; readonly metric: Metric; readonly asked: QueryForm };

/** One claim of a probe. */
export type ProbeGate = JudgedGate<ProbeGateKind>;

/** What the answer of a probe turns on. */
export type ProbeReason =
  /** A metric that fails or could not be decided. */
  | { readonly type: 'gate'; readonly gate: ProbeGate }
  /** Checks that fail, or that could not be made; the first of them. */
  | {
      readonly type: 'checks';
      readonly state: 'fail' | 'inconclusive';
      readonly count: number;
      readonly first: ProbeCheck;
    };

/** The answer of one probe; a gap is one sentence about something it does not speak about. */
export type ProbeVerdict = Verdict<ProbeReason, string, ProbeGate> & {
  readonly state: GateState;
};

/** How many checks are in each state. */
export type CheckCounts = Readonly<Record<CheckState, number>>;

/**
 * Judges a probe: `fail` where the candidate differs or a side does what none may do, `inconclusive`
 * where the incumbent gave nothing to compare with or nothing was compared, else `pass`. Metrics with
 * a margin are judged as everywhere else.
 */
export function judgeProbe(findings: ProbeFindings): ProbeVerdict {
  const checks = checksGate(findings);
  const quality = findings.quality.map((finding): ProbeGate => {
    const { metric, asked, margin } = finding;
    const { n, mean, lower, upper, state, reason } = judgeClaims(finding, margin);
    const name = qualityLabel({ metric, asked });
    const kind = { type: 'quality', metric, asked } as const;
    const figures = { unit: 'needs', n, margin, mean, lower, upper };
    return { name, kind, ...figures, state, gated: true, reason };
  });
  const gates = [checks, ...quality];
  const is = (state: GateState) => gates.some((gate) => gate.state === state);
  const state = is('fail') ? 'fail' : is('inconclusive') ? 'inconclusive' : 'pass';
  return {
    schema: 1,
    state,
    exitCode: EXIT_OF[state],
    reasons: [
      ...checksReason(findings, state),
      ...(state === 'pass' ? [] : quality.filter((gate) => gate.state !== 'pass')).map((gate) => ({
        type: 'gate' as const,
        gate,
      })),
    ],
    notVerified: findings.notVerified,
    remarks: [],
    gates,
  };
}

/** How many checks of a probe are in each state. */
export function checkCounts({ checks }: Pick<ProbeFindings, 'checks'>): CheckCounts {
  const counts: Record<CheckState, number> = {
    same: 0,
    drift: 0,
    different: 0,
    violation: 0,
    unanswered: 0,
    'not offered': 0,
  };
  for (const { state } of checks) counts[state] += 1;
  return counts;
}

/** What each answer turns on among the checks. */
const DECIDING: Readonly<Record<'fail' | 'inconclusive', readonly CheckState[]>> = {
  fail: ['different', 'violation'],
  inconclusive: ['unanswered'],
};

function checksReason({ checks }: ProbeFindings, state: GateState): ProbeReason[] {
  if (state === 'pass') return [];
  const deciding = checks.filter((check) => DECIDING[state].includes(check.state));
  const [first] = deciding;
  return first === undefined ? [] : [{ type: 'checks', state, count: deciding.length, first }];
}

function checksGate(findings: ProbeFindings): ProbeGate {
  const counts = checkCounts(findings);
  const n = findings.checks.length - counts['not offered'];
  const agree = counts.same + counts.drift;
  const state =
    counts.different + counts.violation > 0
      ? 'fail'
      : counts.unanswered > 0 || agree === 0
        ? 'inconclusive'
        : 'pass';
  return {
    name: 'checks that agree',
    kind: { type: 'checks' },
    unit: 'checks',
    n,
    margin: null,
    mean: n === 0 ? null : agree / n,
    lower: null,
    upper: null,
    state,
    gated: true,
    reason: n === 0 ? 'nothing could be compared' : `${agree} of ${n} agree`,
  };
}
