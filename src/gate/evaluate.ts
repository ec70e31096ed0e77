import type { GatesConfig } from '../config/schema.ts';
import { EXIT } from '../errors.ts';
import type { Findings } from '../parity/findings.ts';
import { agreementGates } from './gates/agreement-gate.ts';
import { censusGates } from './gates/census-gate.ts';
import { contractGates } from './gates/contract-gate.ts';
import { embeddingGates } from './gates/embedding-gate.ts';
import { errorGate } from './gates/error-gate.ts';
import { floorGates } from './gates/floor-gates.ts';
import { latencyGates } from './gates/latency-gate.ts';
import { noiseGates, qualityGates, unjudgedGates } from './gates/quality-gates.ts';
import { scoreGates } from './gates/score-gate.ts';
import { sequentialRemarks } from './gates/sequential-gates.ts';
import { withHolm } from './holm.ts';
import { isOff, loadOnlyKeys } from './margins.ts';
import { notVerified, notVerifiedBriefly } from './not-verified.ts';
import { remarksOn, type VerdictRemark } from './remarks.ts';
import { verdictSentence } from './sentence.ts';
import { isOpen, type Verdict } from './verdict.ts';

/** Remarks that the sentence tells. */
const NOTED = 3;

/** What a judgment knows beside the findings and the margins. */
export interface JudgeOptions {
  /** Level of each gate on quality; less than .05 where the same question was asked before. */
  readonly alpha?: number;
}

/**
 * Judges findings: every gated claim passes, fails or is inconclusive; `pass` needs all of them, one `fail` is enough.
 * A gate that does not block (latency under its default margin) may stay open under a pass. Where the incumbent differs from itself by more than a margin, nothing is said about the candidate.
 */
export function evaluateGates(
  findings: Findings,
  gates: GatesConfig,
  { alpha = 0.05 }: JudgeOptions = {},
): Verdict {
  const noise = noiseGates(findings, gates);
  const unfit = noise.filter((gate) => gate.state === 'fail');
  const results = withHolm([
    ...censusGates(findings),
    ...embeddingGates(findings, gates),
    ...qualityGates(findings, gates, alpha),
    ...floorGates(findings, gates),
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
        : gated.some(isOpen) || !findings.complete
          ? 'inconclusive'
          : 'pass';
  const shown = unfit.length > 0 ? [...unfit, ...results] : results;
  const isUnfit = verdict === 'environment unfit';
  const remarks = sequentialRemarks(findings);
  const told = remarksOn(findings);
  const unjudged = unjudgedGates(findings, gates);
  const { off = [] } = gates;
  const sentence = [
    verdictSentence(verdict, isUnfit ? unfit : results),
    ...(remarks.length === 0 ? [] : [`Sequential: ${remarks.join('; ')}.`]),
    ...(isUnfit
      ? []
      : [
          ...(told.length === 0 ? [] : [`Note: ${noted(told)}.`]),
          `Not verified: ${[...off, ...unjudged, notVerifiedBriefly(findings)].join(', ')}.`,
        ]),
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
    remarks: told,
    gates: shown,
  };
}

/** Objectives that this verdict says nothing about, though somebody set them. */
function loadOnly(gates: GatesConfig): string[] {
  const keys = loadOnlyKeys(gates);
  return keys.length === 0 ? [] : [`${keys.join(', ')}: judged by bench load`];
}

/** The first remarks within a sentence; the others are counted. */
function noted(remarks: readonly VerdictRemark[]): string {
  const shown = remarks.slice(0, NOTED).map(({ text }) => text);
  const more = remarks.length - shown.length;
  return `${shown.join('; ')}${more === 0 ? '' : ` and ${more} more`}`;
}
