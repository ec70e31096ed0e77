import { metricFamily } from '../../report/render/exposition.ts';
import type { ShadowVerdict } from '../judge/verdict.ts';
import type { ShadowFindings } from './shadow-report.ts';

const STATES = ['pass', 'fail', 'inconclusive'] as const;

/** A shadow in the text format of Prometheus. */
export function shadowMetrics(
  { tally, evidence }: ShadowFindings,
  { verdict, notVerified }: ShadowVerdict,
  isOff: boolean,
): string {
  const fates = {
    mirrored: tally.mirrored,
    sampled_out: tally.sampledOut,
    not_read_only: tally.notReadOnly,
    ...Object.fromEntries(
      Object.entries(tally.dropped).map(([reason, times]) => [`dropped_${reason}`, times]),
    ),
  };
  const judged = evidence.gates.filter(({ name }) => !notVerified.includes(name));
  return [
    metricFamily(
      'shadow_requests_seen_total',
      'Requests to the incumbent',
      [[{}, tally.seen]],
      'counter',
    ),
    metricFamily(
      'shadow_requests_total',
      'Requests by what became of them',
      Object.entries(fates).map(([fate, times]) => [{ fate }, times]),
      'counter',
    ),
    metricFamily('shadow_requests_open', 'Requests under way', [[{}, tally.open]]),
    metricFamily(
      'shadow_asked_again_total',
      'Second requests to the incumbent',
      [[{}, tally.askedAgain]],
      'counter',
    ),
    metricFamily(
      'shadow_not_asked_total',
      'Mirrored requests that the candidate was not asked',
      Object.entries(evidence.unasked).map(([reason, times]) => [{ reason }, times]),
      'counter',
    ),
    metricFamily('shadow_off', 'Whether mirroring has switched itself off', [[{}, isOff ? 1 : 0]]),
    metricFamily(
      'shadow_verdict',
      'The answer so far: 1 for the state that holds',
      STATES.map((state) => [{ state }, verdict === state ? 1 : 0]),
    ),
    metricFamily(
      'shadow_gate',
      'A claim so far: 1 for the state that holds',
      judged.flatMap(({ name, state }) =>
        STATES.map((one) => [{ gate: name, state: one }, state === one ? 1 : 0] as const),
      ),
    ),
    metricFamily(
      'shadow_gate_needs',
      'Needs that a claim rests on',
      judged.map(({ name, needs }) => [{ gate: name }, needs]),
    ),
    metricFamily(
      'shadow_gate_difference',
      'Candidate minus incumbent, mean over needs',
      judged.map(({ name, mean }) => [{ gate: name }, mean]),
    ),
    metricFamily(
      'shadow_response_ms',
      'Response times of the last requests',
      (['incumbent', 'candidate'] as const).flatMap((side) =>
        (['p50', 'p95'] as const).map(
          (quantile) => [{ side, quantile }, evidence.latencyMs[side][quantile]] as const,
        ),
      ),
    ),
  ].join('');
}
