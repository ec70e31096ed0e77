import type { GatesConfig } from '../../config/schema.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { isOff, loadOnlyKeys, slowdownMargin } from '../margins.ts';
import type { GateState } from '../verdict.ts';
import { ANSWERS_KEY, answersGate } from './answers-gate.ts';
import { loadErrorGate } from './error-gate.ts';
import { limitGate } from './limit-gate.ts';
import { failureText, type LoadFinding } from './load-finding.ts';
import type { LoadGateResult, Ungated } from './load-gate-result.ts';
import { ratioGate } from './ratio-gate.ts';
import { recallGates } from './recall-gates.ts';

/** The answer of a load: `informational` where no objective was set. */
export interface LoadVerdict {
  readonly verdict: GateState | 'informational';
  readonly exitCode: ExitCode;
  readonly sentence: string;
  readonly gates: readonly LoadGateResult[];
}

/**
 * The objectives that somebody set, as dotted keys. The default margins are no objective of a load:
 * `isSet` tells whether a key was written by somebody.
 */
export function loadObjectives(gates: GatesConfig, isSet: (key: string) => boolean): string[] {
  return [
    ...(['p50', 'p95'] as const).flatMap((quantile) =>
      slowdownMargin(gates, quantile) === null ? [] : [`gates.${quantile}.margin`],
    ),
    ...loadOnlyKeys(gates),
    ...(gates.errors !== undefined && isSet('gates.errors.margin') ? ['gates.errors.margin'] : []),
  ];
}

/**
 * Judges every rate of a load: each objective passes, fails or is inconclusive; `pass` needs all of them at
 * all rates, one `fail` is enough. A rate at which the driver was not fit is inconclusive, and a failure by its
 * answers alone; answers that belong to other requests fail without any objective.
 * Once there is an objective, a candidate that is shown to fail more often than the default margin of errors
 * fails too: fast errors are no speed.
 */
export function judgeLoad(
  findings: readonly LoadFinding[],
  gates: GatesConfig,
  isSet: (key: string) => boolean,
  complete = true,
): LoadVerdict {
  const objectives = loadObjectives(gates, isSet);
  const results = findings.flatMap((finding) => gatesAt(finding, gates, objectives));
  if (objectives.length === 0 && !results.some(({ gated }) => gated)) {
    return {
      verdict: 'informational',
      exitCode: EXIT.pass,
      sentence:
        'no objective is set, so nothing is judged: set one, for example gates.p99.maxMs=50.',
      gates: results,
    };
  }
  const gated = results.filter((result) => result.gated);
  const of = (state: GateState) => gated.filter((result) => result.state === state);
  const verdict =
    of('fail').length > 0
      ? 'fail'
      : gated.length === 0 || of('inconclusive').length > 0 || !complete
        ? 'inconclusive'
        : 'pass';
  const rates = findings.map(({ ratePerSecond }) => `${Math.round(ratePerSecond)}`).join(', ');
  const sentences = {
    pass: () => `the candidate meets every objective at ${rates} requests/s.`,
    fail: () => `the candidate misses ${listed(of('fail'))}.`,
    inconclusive: () =>
      gated.length === 0
        ? 'no rate was measured to the end.'
        : of('inconclusive').length === 0
          ? 'the load was interrupted: not every rate was measured.'
          : `no objective is missed, but could not be decided: ${listed(of('inconclusive'))}.`,
  };
  return {
    verdict,
    exitCode: { pass: EXIT.pass, fail: EXIT.fail, inconclusive: EXIT.inconclusive }[verdict],
    sentence: sentences[verdict](),
    gates: results,
  };
}

function gatesAt(
  finding: LoadFinding,
  gates: GatesConfig,
  objectives: readonly string[],
): LoadGateResult[] {
  const results = [
    ...(['p50', 'p95'] as const).map((quantile) => ratioGate(finding, gates, quantile)),
    ...(['p50', 'p95', 'p99'] as const).flatMap((quantile) => limitGate(finding, gates, quantile)),
    ...(isOff(gates, 'errors') ? [] : [loadErrorGate(finding, gates)]),
    ...recallGates(finding, gates),
    answersGate(finding),
  ].map((result) => withoutLatency(result, finding));
  const held = results.map((result) => ({
    ...result,
    gated:
      objectives.includes(result.key) ||
      (result.about === 'errors' && objectives.length > 0 && result.state === 'fail') ||
      (result.key === ANSWERS_KEY && result.state === 'fail'),
  }));
  if (finding.valid) return held;
  const why = `client bound: ${finding.invalidReasons.join('; ')}`;
  return held.map((result) => {
    if (result.about === 'answers' && result.state === 'fail') {
      return { ...result, reason: `${result.reason}; a late driver does not excuse it` };
    }
    const gated = objectives.includes(result.key);
    return { ...result, gated, state: 'inconclusive', reason: why };
  });
}

/** Fast failures are no latency: where a side failed wholesale, times are not judged. */
function withoutLatency(result: Ungated, { failedWholesale }: LoadFinding): Ungated {
  const { incumbent, candidate } = failedWholesale;
  const failed = candidate ?? incumbent;
  if (result.about !== 'latency' || failed === null) return result;
  const side = candidate === null ? 'incumbent' : 'candidate';
  const none = { n: 0, estimate: null, lower: null, upper: null };
  const reason = `no latency of the ${side}: ${failureText(failed)}`;
  return { ...result, ...none, state: 'inconclusive', reason };
}

function listed(results: readonly LoadGateResult[]): string {
  const shown = results
    .slice(0, 4)
    .map(
      ({ key, ratePerSecond, reason }) => `${key} at ${Math.round(ratePerSecond)}/s (${reason})`,
    );
  const more = results.length > shown.length ? ` and ${results.length - shown.length} more` : '';
  return `${shown.join('; ')}${more}`;
}
