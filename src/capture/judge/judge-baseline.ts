import { needKey } from '../../corpus/needs.ts';
import { counted } from '../../counted.ts';
import type { ExitCode } from '../../errors.ts';
import { judge } from '../../gate/judge/judge-claims.ts';
import { EXIT_OF, type GateState, type JudgedClaim } from '../../gate/verdict.ts';
import type { CapturedNeed } from '../../traffic/capture-record.ts';
import {
  type AnswerDistances,
  distancesOf,
  excessOf,
  hasRows,
} from '../../traffic/compare-answers.ts';
import type { TrafficAnswer } from '../../traffic/question.ts';

/** A need whose baseline was compared, and what the candidate answers today. */
export interface ComparedNeed {
  readonly need: CapturedNeed;
  readonly answer: TrafficAnswer;
}

/** One claim about the candidate against the baseline. */
export interface BaselineGate extends JudgedClaim {
  readonly name: 'errors' | 'overlap' | 'rbo';
}

/** By how much the candidate may be worse. */
export interface BaselineMargins {
  readonly errors: number;
  readonly overlap: number;
  readonly rbo: number;
}

/** Margins where nothing else is said. */
export const BASELINE_MARGINS: BaselineMargins = { errors: 0.005, overlap: 0.02, rbo: 0.02 };

/** Whether a candidate answers as the incumbent did when its traffic was captured. */
export interface BaselineFindings {
  readonly needs: number;
  /** Needs that were not compared: something in them was redacted, or there is no answer of the incumbent. */
  readonly leftOut: number;
  /** Needs that were to be compared and were not asked; absent where all were. */
  readonly unasked?: number;
  /** Needs that the candidate cannot be asked, by why; absent where it can be asked all. */
  readonly unexpressed?: readonly { readonly why: string; readonly needs: number }[];
  /** Needs whose baseline has an answer without a row: nothing tells whether that is right, and no list is compared. */
  readonly withoutRows: number;
  /** Needs with two answers of the incumbent, one at least with rows, and how far those are apart on average. */
  readonly repeated: number;
  readonly floor: AnswerDistances | null;
  readonly gates: readonly BaselineGate[];
}

/** The answer of a comparison with a baseline. */
export interface BaselineVerdict {
  readonly schema: 1;
  readonly verdict: GateState;
  readonly exitCode: ExitCode;
  readonly sentence: string;
}

/**
 * Judges a candidate by the answers that its incumbent gave. A need that the incumbent answered twice is compared
 * with both answers above what they differ from each other. Where that is more than the margin, the lists are judged
 * neither way. None fails: of the other needs the noise is not known. None passes, as far as it is more than the margin
 * over all compared needs: what shares nothing with two answers that share nothing is no farther from them than they
 * are from each other. Lists are not compared with answers of the incumbent
 * that hold no row: its silence agrees with nobody and can be held against nobody. A need that was asked on two
 * endpoints counts once, with the mean of both. What was interrupted never passes.
 *
 * @param unasked needs that were to be compared, and have no answer
 */
export function judgeBaseline(
  compared: readonly ComparedNeed[],
  all: number,
  margins: BaselineMargins,
  unasked = 0,
): { readonly findings: BaselineFindings; readonly verdict: BaselineVerdict } {
  const floors = compared.flatMap(({ need }) => floorOf(need) ?? []);
  const floor =
    floors.length === 0
      ? null
      : {
          overlap: meanOf(floors.map(({ overlap }) => overlap)),
          rbo: meanOf(floors.map(({ rbo }) => rbo)),
        };
  const groups = [...Map.groupBy(compared, ({ need }) => keyOf(need)).values()];
  const failures = groups.map((group) =>
    meanOf(group.map(({ answer }) => (answer.outcome === 'ok' ? 0 : -1))),
  );
  const gates: BaselineGate[] = [{ name: 'errors', ...judge(failures, margins.errors) }];
  const differences = groups
    .map((group) => group.flatMap((entry) => differenceOf(entry) ?? []))
    .filter((group) => group.length > 0);
  for (const name of ['overlap', 'rbo'] as const) {
    const claim = judge(
      differences.map((group) => meanOf(group.map((difference) => difference[name]))),
      margins[name],
    );
    const hidden = groups.map((group) => group.map((entry) => takenOff(entry)?.[name] ?? 0));
    const taken = hidden.reduce((sum, group) => sum + meanOf(group), 0) / differences.length;
    const own = floor?.[name] ?? 0;
    const noise = { margin: margins[name], own, taken, repeated: floors.length };
    gates.push({ name, ...claim, ...noiseOf(claim, noise) });
  }
  const failed = gates.filter(({ state }) => state === 'fail');
  const open = gates.filter(({ state }) => state === 'inconclusive');
  const isOpen = open.length > 0 || unasked > 0;
  const state = failed.length > 0 ? 'fail' : isOpen ? 'inconclusive' : 'pass';
  const telling = failed[0] ?? open[0];
  return {
    findings: {
      needs: groups.length,
      leftOut: all - compared.length - unasked,
      ...(unasked === 0 ? {} : { unasked }),
      withoutRows: compared.filter(({ need }) => !isGiven(need)).length,
      repeated: floors.length,
      floor,
      gates,
    },
    verdict: {
      schema: 1,
      verdict: state,
      exitCode: EXIT_OF[state],
      sentence:
        telling !== undefined
          ? `${telling.name}: ${telling.reason}`
          : unasked > 0
            ? `interrupted: ${counted(unasked, 'need was', 'needs were')} not asked`
            : `the candidate answers ${counted(groups.length, 'need')} as the incumbent did`,
    },
  };
}

function differenceOf({ need, answer }: ComparedNeed): AnswerDistances | null {
  const { baseline, question } = need;
  if (baseline === null || !isGiven(need)) return null;
  const { earlier } = baseline;
  if (earlier !== null) return excessOf(question, [earlier, baseline.answer], answer);
  const distances = distancesOf(question, baseline.answer, answer);
  return distances === null ? null : { overlap: -distances.overlap, rbo: -distances.rbo };
}

/** Whether every answer of the incumbent that is compared holds a row. */
function isGiven({ baseline }: CapturedNeed): boolean {
  return baseline !== null && [baseline.answer, baseline.earlier ?? baseline.answer].every(hasRows);
}

function floorOf({ baseline, question }: CapturedNeed): AnswerDistances | null {
  const earlier = baseline?.earlier ?? null;
  return baseline === null || earlier === null
    ? null
    : distancesOf(question, earlier, baseline.answer);
}

/** What is taken off the difference of a need; null where nothing is. */
function takenOff({ need, answer }: ComparedNeed): AnswerDistances | null {
  const isTaken = isGiven(need) && answer.outcome === 'ok';
  return isTaken ? floorOf(need) : null;
}

/** What a claim about lists becomes where the incumbent differs from itself by more than the margin. */
function noiseOf(
  { state }: JudgedClaim,
  noise: {
    readonly margin: number;
    /** How far answers to needs that were answered twice are apart. */
    readonly own: number;
    /** The same as a share of all needs that the claim rests on. */
    readonly taken: number;
    readonly repeated: number;
  },
): Partial<JudgedClaim> {
  const { margin, own, taken, repeated } = noise;
  if (!((state === 'fail' ? own : taken) > margin)) return {};
  return {
    state: 'inconclusive',
    p: null,
    decidesAt: null,
    reason: `the incumbent's own answers are ${own.toFixed(4)} apart over ${counted(repeated, 'need')} that it answered twice, more than the margin of ${margin}: that says nothing about the candidate; capture traffic of one state of the index`,
  };
}

/** What makes two captured needs one: the endpoint that they were asked on does not matter. */
function keyOf({ id, question: { text, collections, filter } }: CapturedNeed): string {
  return text === null
    ? id
    : needKey({ text, collections, ...(filter === null ? {} : { filter }) });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
