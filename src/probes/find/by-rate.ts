import { counted } from '../../counted.ts';
import { ALPHA } from '../../stats/decisions/spent-alpha.ts';
import { meanBounds } from '../../stats/intervals/bounded-mean-bound.ts';
import { mean } from '../../stats/moments.ts';
import type { AnswerComparison } from './compare-answers.ts';

/** Whether each side's answer to one question breaks a rule; null where it gave none. */
export interface BrokenPair {
  readonly incumbent: boolean | null;
  readonly candidate: boolean | null;
}

/** What a rate is held against. */
export interface RateTerms {
  /** By how much the candidate's rate may exceed the incumbent's. */
  readonly margin: number;
  /** How many such claims one answer rests on: each may fail at a share of the level. */
  readonly claims: number;
  /** What is counted, e.g. `query`. */
  readonly one: string;
  readonly many?: string;
}

/**
 * How a rule that both sides break is judged: by the rates and never by whether the incumbent broke it at all, since
 * one answer of it would excuse every one of the candidate's.
 */
export function compareRates(
  pairs: readonly BrokenPair[],
  { margin, claims, one, many }: RateTerms,
): AnswerComparison {
  const differences = pairs.flatMap(({ incumbent, candidate }) =>
    incumbent === null || candidate === null ? [] : [Number(incumbent) - Number(candidate)],
  );
  const average = mean(differences);
  const told = counted(differences.length, one, many);
  const undecided = `${told} cannot decide whether the candidate breaks it oftener`;
  if (average === null) return { state: 'unanswered', note: undecided };
  if (average >= 0) return { state: 'drift', note: 'the incumbent breaks it as often' };
  const { lower } = meanBounds(differences, { alpha: ALPHA });
  if (lower > -margin) return { state: 'drift', note: 'the incumbent breaks it about as often' };
  const { upper } = meanBounds(differences, { alpha: ALPHA / claims });
  return upper < 0 && upper <= -margin
    ? { state: 'different', note: 'the candidate breaks it oftener' }
    : { state: 'unanswered', note: undecided };
}
