import { counted } from '../../counted.ts';
import type { ExitCode } from '../../errors.ts';
import { EXIT_OF, type GateState } from '../../gate/verdict.ts';
import type { ShadowGateName } from '../record/shadow-record.ts';
import { hasFailed, type ShadowEvidence, type ShadowWindow } from './evidence.ts';
import { isUnsteady, type ShadowGate } from './gates.ts';

/** What a failure rests on: all needs, or those of one window. */
export interface ShadowFailure {
  readonly gate: ShadowGate;
  /** Null for all needs. */
  readonly windowStartMs: number | null;
}

/** The answer of a shadow, valid whenever one looks at it. */
export interface ShadowVerdict {
  readonly schema: 1;
  readonly verdict: GateState;
  readonly exitCode: ExitCode;
  readonly sentence: string;
  readonly failures: readonly ShadowFailure[];
  /** Claims that no request said anything about. */
  readonly notVerified: readonly ShadowGateName[];
}

const WORDS: Readonly<Record<ShadowGateName, string>> = {
  errors: 'the candidate fails oftener',
  contract: 'the candidate breaks the contract of a ranked list oftener',
  overlap: 'other documents come back',
  rbo: 'the order differs',
  recall: 'recall is lower',
  slow: 'more answers are slow',
};

/**
 * Fails where a claim fails, over all needs or within one window; passes where every claim that requests say anything
 * about passes, errors and agreement are among them, the incumbent itself fails at most the margin of errors, and at most
 * that share could not be put to the candidate.
 */
export function judgeShadow(evidence: ShadowEvidence): ShadowVerdict {
  const { gates, windows, rows, incumbentFailed } = evidence;
  const failures = [
    ...gates.filter(({ state }) => state === 'fail').map((gate) => ({ gate, windowStartMs: null })),
    ...windows.filter(hasFailed).flatMap(failuresOf),
  ];
  const notVerified = gates.filter((gate) => gate.needs === 0).map(({ name }) => name);
  const asked = gates.filter((gate) => gate.needs > 0);
  const has = (name: ShadowGateName) => !notVerified.includes(name);
  const isUnfit = gates.some(
    ({ name, margin }) => name === 'errors' && incumbentFailed > margin * rows,
  );
  const isUnasked = gates.some(
    ({ name, margin }) => name === 'errors' && unaskedOf(evidence) > margin * rows,
  );
  const isPassed =
    !isUnfit &&
    !isUnasked &&
    has('errors') &&
    has('overlap') &&
    asked.every(({ state }) => state === 'pass');
  const verdict = failures.length > 0 ? 'fail' : isPassed ? 'pass' : 'inconclusive';
  return {
    schema: 1,
    verdict,
    exitCode: EXIT_OF[verdict],
    sentence: sentenceOf(verdict, failures[0], asked, { ...evidence, isUnfit, isUnasked }),
    failures,
    notVerified,
  };
}

function failuresOf({ startMs, gates }: ShadowWindow): ShadowFailure[] {
  return gates
    .filter(({ state }) => state === 'fail')
    .map((gate) => ({ gate, windowStartMs: startMs }));
}

function unaskedOf({ unasked }: ShadowEvidence): number {
  return unasked.unsupported + unasked.throttled;
}

/** What the candidate was not asked, in words; null where it was asked everything. */
export function unaskedText(evidence: ShadowEvidence): string | null {
  const { unsupported, throttled } = evidence.unasked;
  if (unaskedOf(evidence) === 0) return null;
  const reasons = [
    ...(unsupported === 0 ? [] : [`${unsupported} it cannot express`]),
    ...(throttled === 0 ? [] : [`${throttled} it throttled`]),
  ];
  return `${unaskedOf(evidence)} of ${counted(evidence.rows, 'mirrored request')} that the candidate was not asked: ${reasons.join(', ')}`;
}

function sentenceOf(
  verdict: GateState,
  first: ShadowFailure | undefined,
  asked: readonly ShadowGate[],
  evidence: ShadowEvidence & { readonly isUnfit: boolean; readonly isUnasked: boolean },
): string {
  const { rows, incumbentFailed, needs, comparedNeeds } = evidence;
  if (first !== undefined) {
    const { gate, windowStartMs } = first;
    const when =
      windowStartMs === null ? '' : ` in the window of ${new Date(windowStartMs).toISOString()}`;
    return `${WORDS[gate.name]}${when}: ${(-(gate.mean ?? 0)).toFixed(4)} on average over ${counted(gate.decidedAfter ?? gate.needs, 'need')}, the margin is ${gate.margin}`;
  }
  if (evidence.isUnfit) {
    return `the incumbent failed ${incumbentFailed} of ${rows} mirrored requests, more than the margin of errors: they compare with nothing`;
  }
  const unasked = unaskedText(evidence);
  if (evidence.isUnasked) {
    return `nothing is known of ${unasked}; more than the margin of errors`;
  }
  if (verdict === 'pass') {
    return `the candidate answers ${counted(comparedNeeds, 'need')} of live traffic as the incumbent does${unasked === null ? '' : `; nothing is known of ${unasked}`}`;
  }
  const unsteady = asked.find((gate) => gate.decidedAfter !== null && isUnsteady(gate));
  if (unsteady !== undefined) {
    return `${unsteady.name}: the incumbent's own answers are ${(unsteady.floor ?? 0).toFixed(4)} apart over ${counted(unsteady.needs, 'need')}, more than the margin of ${unsteady.margin}: lists that differ so much cannot show that the candidate's agree`;
  }
  const open = asked.filter(({ state }) => state === 'inconclusive');
  return open.length === 0
    ? 'no request says enough yet'
    : `${open.map((gate) => `${gate.name} ${Math.round(100 * Math.max(0, Math.min(1, gate.progress.pass)))}%`).join(', ')} of the way to a pass after ${counted(needs, 'need')}`;
}
