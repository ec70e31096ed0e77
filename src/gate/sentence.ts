import { counted, firstNamed } from '../counted.ts';
import { plainLine, shortened } from '../plain-text.ts';
import { isOnlyLook, type Look } from '../stats/decisions/spent-alpha.ts';
import { gapsBriefly } from './gap-text.ts';
import type { GateKind } from './gate-kind.ts';
import type { VerdictRemark } from './remarks.ts';
import { type GateResult, type RetrieveReason, spendsLook, type Verdict } from './verdict.ts';

/** Gates that a sentence names; the others are counted. */
const NAMED = 4;
/** Characters of a reason within a sentence: an id may be thousands of characters long. */
const LONGEST_REASON = 400;
/** Remarks that a sentence tells. */
const NOTED = 3;

/** What explains most comes first: a failed request, a broken list or another embedding explains a loss of quality. */
const ORDER: readonly GateKind['type'][] = [
  'incumbent errors',
  'incumbent rows',
  'errors',
  'contract',
  'contract ceiling',
  'listing',
  'stored vectors',
  'membership',
  'embedding',
  'quality',
  'builds',
  'floor',
  'equal recall',
  'agreement',
  'scores',
  'latency',
  'noise',
  'own',
];

/** Gates in the order in which a reader wants them. */
export function byTelling(gates: readonly GateResult[]): GateResult[] {
  return gates.toSorted((a, b) => ORDER.indexOf(a.kind.type) - ORDER.indexOf(b.kind.type));
}

/** A verdict of the main job as one text, on one line: ids in it are shown and never obeyed. */
export function verdictSentence(verdict: Verdict): string {
  const { state, remarks, notVerified } = verdict;
  const known = state === 'environment unfit' ? [] : remarks;
  const found = known.filter(({ kind }) => kind === 'cause');
  const told = known.filter(({ kind }) => kind !== 'cause');
  const parts = [
    answer(verdict),
    ...howItWasAsked(verdict),
    ...found.map(({ text }) => `Cause: ${text}.`),
    ...(told.length === 0 ? [] : [`Note: ${noted(told)}.`]),
    ...(state === 'environment unfit' ? [] : [`Not verified: ${gapsBriefly(notVerified)}.`]),
  ];
  return plainLine(parts.join(' '));
}

function howItWasAsked({ state, reasons, look }: Verdict): string[] {
  const sequence = reasons.flatMap((reason) => (reason.type === 'sequence' ? [reason] : []));
  return [
    ...(sequence.length === 0 ? [] : [`Sequential: ${sequence.map(howFar).join('; ')}.`]),
    ...(look === undefined || isOnlyLook(look) || state === 'environment unfit'
      ? []
      : [whichLook(look)]),
  ];
}

/** The answer for a screen that shows the claims beside it. */
export function verdictHeadline(verdict: Verdict): string {
  return [howMany(verdict), ...howItWasAsked(verdict)].join(' ');
}

function howMany(verdict: Verdict): string {
  const { state, reasons, gates } = verdict;
  const named = reasons.flatMap((reason) => (reason.type === 'gate' ? [reason.gate] : []));
  const of = gates.filter(({ gated }) => gated).length;
  switch (state) {
    case 'pass':
    case 'informational':
      return `the candidate is within every margin: ${of - named.length} of ${counted(of, 'gate passes', 'gates pass')}.${named.length === 0 ? '' : ' Latency is undecided.'}`;
    case 'fail':
      return `the candidate fails ${named.length} of ${counted(of, 'gate')}.`;
    case 'inconclusive':
      return named.length === 0
        ? 'no gate fails, and what was measured does not make a verdict.'
        : `no gate fails, but ${named.length} of ${of} could not decide.${needsToDecide(named, verdict)}`;
    case 'environment unfit':
      return `${unfitness(named)}. Nothing is said about the candidate.`;
  }
}

function needsToDecide(gates: readonly GateResult[], verdict: Verdict): string {
  const needs = gates.flatMap((gate) =>
    gate.unit === 'needs' && gate.decidesAt !== null ? [gate.decidesAt] : [],
  );
  if (needs.length === 0) return '';
  const { look } = verdict;
  const next =
    look !== undefined && isOnlyLook(look)
      ? 'another look at this question is refused'
      : 'a second look at the same question is judged more strictly';
  const told = spendsLook(verdict) ? `; ${next}` : '';
  return ` About ${counted(Math.max(...needs), 'need')} would decide in four of five runs${told}.`;
}

function answer(verdict: Verdict): string {
  const { state, reasons, gates } = verdict;
  const of = gates.filter(({ gated }) => gated).length;
  const named = reasons.flatMap((reason) => (reason.type === 'gate' ? [reason.gate] : []));
  switch (state) {
    case 'pass':
    case 'informational': {
      const latency =
        named.length === 0 ? '' : ` Answers only; latency is undecided: ${list(named)}.`;
      return `the candidate is within every margin: ${of - named.length} of ${counted(of, 'gate passes', 'gates pass')}.${latency}`;
    }
    case 'fail': {
      const follows =
        named[0]?.kind.type === 'errors' && named.some(({ kind }) => kind.type === 'quality')
          ? ' What was lost as served follows from the failed requests.'
          : '';
      return `the candidate fails ${named.length} of ${counted(of, 'gate')}: ${list(named)}.${follows}`;
    }
    case 'inconclusive':
      return named.length === 0
        ? 'no gate fails, and what was measured does not make a verdict.'
        : `no gate fails, but ${named.length} of ${of} could not decide: ${list(named)}.${needsToDecide(named, verdict)}`;
    case 'environment unfit':
      return `${unfitness(named)}: ${list(named)}. Nothing is said about the candidate.`;
  }
}

/** Why nothing is said about the candidate. */
function unfitness(gates: readonly GateResult[]): string {
  return gates.some(({ kind }) => kind.type === 'incumbent errors')
    ? 'the incumbent failed more requests than the margin of errors'
    : 'the incumbent differs from itself by more than a margin';
}

function list(gates: readonly GateResult[]): string {
  const texts = gates.map((gate) => {
    const where = gate.cell === 'all' ? '' : ` of ${gate.cell}`;
    return `${gate.name}${where} (${shortened(plainLine(gate.reason), LONGEST_REASON)})`;
  });
  return firstNamed(texts, NAMED, { between: '; ' });
}

function howFar({ cell, asked, planned }: Extract<RetrieveReason, { type: 'sequence' }>): string {
  return asked.needs < planned.needs
    ? `${cell} stopped after ${asked.needs} of ${counted(planned.needs, 'need')} (${asked.queries} of ${counted(planned.queries, 'query', 'queries')})`
    : `${cell} took all ${counted(planned.needs, 'need')} (${counted(planned.queries, 'query', 'queries')})`;
}

function whichLook({ number, alpha }: Look): string {
  return `Look ${number} at this question: each gate is judged at α = ${Number(alpha.toPrecision(2))}.`;
}

/** The first remarks within a sentence; the others are counted. */
function noted(remarks: readonly VerdictRemark[]): string {
  const texts = remarks.map(({ text }) => text);
  return firstNamed(texts, NOTED, { between: '; ' });
}
