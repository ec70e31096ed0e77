import { EXIT, type ExitCode } from '../../errors.ts';
import { judge } from '../../gate/gates/quality-gates.ts';
import type { GateState, JudgedClaim } from '../../gate/verdict.ts';
import { type CheckState, type ProbeFindings, qualityLabel } from '../find/findings.ts';

/** The answer of one probe. */
export interface ProbeVerdict {
  readonly probe: ProbeFindings['probe'];
  readonly state: GateState;
  readonly exitCode: ExitCode;
  /** `PASS 5/5 cos=1.000`. */
  readonly line: string;
  readonly sentence: string;
  readonly counts: Readonly<Record<CheckState, number>>;
  readonly gates: readonly (JudgedClaim & {
    readonly metric: string;
  })[];
}

const EXIT_OF: Readonly<Record<GateState, ExitCode>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  inconclusive: EXIT.inconclusive,
};

/**
 * Judges a probe: `fail` where the candidate differs or a side does what none may do, `inconclusive`
 * where the incumbent gave nothing to compare with or nothing was compared, else `pass`. Metrics with
 * a margin are judged as everywhere else.
 */
export function judgeProbe(findings: ProbeFindings): ProbeVerdict {
  const counts = countStates(findings);
  const gates = findings.quality.map((quality) => ({
    ...judge(quality.differences, quality.margin),
    metric: qualityLabel(quality),
  }));
  const state = stateOf(
    counts,
    gates.map((gate) => gate.state),
  );
  const { probe, agree, of, remark } = findings;
  const line = `${state.toUpperCase()} ${agree}/${of}${remark === '' ? '' : ` ${remark}`}`;
  return {
    probe,
    state,
    exitCode: EXIT_OF[state],
    line,
    sentence: sentenceOf(state, counts, findings, gates),
    counts,
    gates,
  };
}

function countStates({ checks }: ProbeFindings): Record<CheckState, number> {
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

function stateOf(
  counts: Readonly<Record<CheckState, number>>,
  gates: readonly GateState[],
): GateState {
  if (counts.different + counts.violation > 0 || gates.includes('fail')) return 'fail';
  const isSilent = counts.unanswered > 0 || counts.same + counts.drift === 0;
  return isSilent || gates.includes('inconclusive') ? 'inconclusive' : 'pass';
}

function sentenceOf(
  state: GateState,
  counts: Readonly<Record<CheckState, number>>,
  findings: ProbeFindings,
  gates: ProbeVerdict['gates'],
): string {
  const first = (wanted: readonly CheckState[]): string => {
    const hit = findings.checks.find((check) => wanted.includes(check.state));
    return hit === undefined ? '' : `, first ${hit.name}${hit.note === '' ? '' : `: ${hit.note}`}`;
  };
  const drift = counts.drift === 0 ? '' : `, ${counts.drift} of them with drift`;
  const judged = gates
    .filter((gate) => gate.state !== 'pass')
    .map(({ metric, reason }) => `${metric} (${reason})`);
  switch (state) {
    case 'pass':
      return `${counts.same + counts.drift} checks agree${drift}.`;
    case 'fail': {
      const broken = counts.different + counts.violation;
      const checks =
        broken === 0
          ? []
          : [
              `${broken} ${broken === 1 ? 'check fails' : 'checks fail'}${first(['different', 'violation'])}`,
            ];
      return `${[...checks, ...judged].join('; ')}.`;
    }
    case 'inconclusive': {
      const silent =
        counts.unanswered === 0
          ? []
          : [`${counts.unanswered} checks could not be made${first(['unanswered'])}`];
      const reasons = [...silent, ...judged];
      return `${reasons.length === 0 ? 'nothing could be compared' : reasons.join('; ')}.`;
    }
  }
}
