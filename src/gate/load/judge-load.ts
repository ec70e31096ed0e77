import type { GatesConfig } from '../../config/schema.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { isOff, loadOnlyKeys, slowdownMargin } from '../margins.ts';
import type { GateState } from '../verdict.ts';
import { loadErrorGate } from './error-gate.ts';
import { limitGate } from './limit-gate.ts';
import type { LoadFinding } from './load-finding.ts';
import type { LoadGateResult } from './load-gate-result.ts';
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
 * all rates, one `fail` is enough. A rate at which the driver was not fit is inconclusive, never a failure.
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
  if (objectives.length === 0) {
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
  ];
  const held = results.map((result) => ({
    ...result,
    gated:
      objectives.includes(result.key) ||
      (objectives.length > 0 && result.key === 'gates.errors.margin' && result.state === 'fail'),
  }));
  if (finding.valid) return held;
  const reason = `client bound: ${finding.invalidReasons.join('; ')}`;
  return held.map((result) => ({
    ...result,
    gated: objectives.includes(result.key),
    state: 'inconclusive',
    reason,
  }));
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
