import type { GatesConfig } from '../config/schema.ts';
import { EXIT } from '../errors.ts';
import type { Findings } from '../parity/findings.ts';
import { holmAdjusted } from '../stats/decisions/multiple-comparisons.ts';
import { agreementGates } from './gates/agreement-gate.ts';
import { censusGates } from './gates/census-gate.ts';
import { contractGates } from './gates/contract-gate.ts';
import { errorGate } from './gates/error-gate.ts';
import { latencyGates } from './gates/latency-gate.ts';
import { noiseGates, qualityGates, unjudgedGates } from './gates/quality-gates.ts';
import { scoreGates } from './gates/score-gate.ts';
import { sequentialRemarks } from './gates/sequential-gates.ts';
import { isOff, loadOnlyKeys } from './margins.ts';
import { notVerified, notVerifiedBriefly } from './not-verified.ts';
import { verdictSentence } from './sentence.ts';
import type { GateResult, Verdict } from './verdict.ts';

/**
 * Judges findings: every gated claim passes, fails or is inconclusive; `pass` needs all of them, one `fail` is enough.
 * Where the incumbent differs from itself by more than a margin, nothing is said about the candidate.
 */
export function evaluateGates(findings: Findings, gates: GatesConfig): Verdict {
  const noise = noiseGates(findings, gates);
  const unfit = noise.filter((gate) => gate.state === 'fail');
  const results = withHolm([
    ...censusGates(findings),
    ...qualityGates(findings, gates),
    ...agreementGates(findings, gates),
    ...scoreGates(findings, gates),
    ...(isOff(gates, 'errors') ? [] : [errorGate(findings, gates)]),
    ...(isOff(gates, 'contract') ? [] : contractGates(findings, gates)),
    ...latencyGates(findings, gates),
  ]);
  const gated = results.filter((gate) => gate.gated);
  const verdict =
    unfit.length > 0
      ? 'environment unfit'
      : gated.some((gate) => gate.state === 'fail')
        ? 'fail'
        : gated.some((gate) => gate.state === 'inconclusive') || !findings.complete
          ? 'inconclusive'
          : 'pass';
  const shown = unfit.length > 0 ? [...unfit, ...results] : results;
  const isUnfit = verdict === 'environment unfit';
  const remarks = sequentialRemarks(findings);
  const unjudged = unjudgedGates(findings, gates);
  const { off = [] } = gates;
  const sentence = [
    verdictSentence(verdict, isUnfit ? unfit : results),
    ...(remarks.length === 0 ? [] : [`Sequential: ${remarks.join('; ')}.`]),
    ...(isUnfit
      ? []
      : [`Not verified: ${[...off, ...unjudged, notVerifiedBriefly(findings)].join(', ')}.`]),
  ].join(' ');
  return {
    schema: 1,
    verdict,
    exitCode: {
      pass: EXIT.pass,
      fail: EXIT.fail,
      inconclusive: EXIT.inconclusive,
      'environment unfit': EXIT.infrastructure,
    }[verdict],
    sentence,
    notVerified: [
      ...off.map((key) => `${key}: its gate is switched off (gates.${key})`),
      ...unjudged.map((gate) => `${gate}: no query that was asked has a judgment`),
      ...notVerified(findings),
      ...loadOnly(gates),
    ],
    gates: shown,
  };
}

/** Objectives that this verdict says nothing about, though somebody set them. */
function loadOnly(gates: GatesConfig): string[] {
  const keys = loadOnlyKeys(gates);
  return keys.length === 0 ? [] : [`${keys.join(', ')}: judged by bench load`];
}

/** Holm's adjustment over all gated claims: those that do not fail count with p = 1. */
function withHolm(results: readonly GateResult[]): GateResult[] {
  const gated = results.filter((gate) => gate.gated);
  const adjusted = holmAdjusted(gated.map((gate) => gate.p ?? 1));
  const byGate = new Map(gated.map((gate, index) => [gate, adjusted[index] ?? null]));
  return results.map((gate) =>
    gate.p === null ? gate : { ...gate, pHolm: byGate.get(gate) ?? null },
  );
}
