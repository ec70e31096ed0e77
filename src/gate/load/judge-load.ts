import type { GatesConfig } from '../../config/schema.ts';
import { isOff, loadOnlyKeys, slowdownMargin } from '../margins.ts';
import { EXIT_OF, type Verdict, type VerdictState } from '../verdict.ts';
import { answersGate } from './answers-gate.ts';
import { loadErrorGate } from './error-gate.ts';
import { limitGate } from './limit-gate.ts';
import { failureText, type LoadFinding } from './load-finding.ts';
import {
  isAboutAnswers,
  isAboutLatency,
  type LoadGate,
  objectiveKey,
  type Ungated,
} from './load-gate.ts';
import { ratioGate } from './ratio-gate.ts';
import { recallGates } from './recall-gates.ts';
import { openByUnread } from './unread-answers.ts';

/** What the answer of a load turns on. */
export type LoadReason =
  | { readonly type: 'gate'; readonly gate: LoadGate }
  /** Nobody set one, so nothing is judged. */
  | { readonly type: 'no objective' }
  /** There is no rate that was measured to its end. */
  | { readonly type: 'no rate' }
  /** Not every rate was measured. */
  | { readonly type: 'interrupted' };

/** What the answer of a load says nothing about. */
export type LoadGap =
  /** Answers were not held against truth. */
  | { readonly type: 'recall' }
  /** A gate that is switched off, by its key below `gates`. */
  | { readonly type: 'gate off'; readonly key: string };

/** The answer of a load: `informational` where no objective was set. */
export type LoadVerdict = Verdict<LoadReason, LoadGap, LoadGate>;

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
 * answers alone; answers that belong to other requests fail without any objective. Answers that were not read leave
 * open what rests on them.
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
  const gated = results.filter((result) => result.gated);
  const isJudged = objectives.length > 0 || gated.length > 0;
  const state = isJudged ? stateOf(gated, complete) : 'informational';
  return {
    schema: 1,
    state,
    exitCode: EXIT_OF[state],
    reasons: isJudged ? reasonsOf(state, gated, complete) : [{ type: 'no objective' }],
    notVerified: [
      ...(findings.every(({ recall }) => recall === null) ? [{ type: 'recall' as const }] : []),
      ...(isOff(gates, 'errors') ? [{ type: 'gate off' as const, key: 'errors' }] : []),
    ],
    remarks: [],
    gates: results,
  };
}

function stateOf(gated: readonly LoadGate[], isComplete: boolean): VerdictState {
  if (gated.some(({ state }) => state === 'fail')) return 'fail';
  const isOpen = gated.length === 0 || gated.some(({ state }) => state === 'inconclusive');
  return isOpen || !isComplete ? 'inconclusive' : 'pass';
}

function reasonsOf(
  state: VerdictState,
  gated: readonly LoadGate[],
  isComplete: boolean,
): LoadReason[] {
  return [
    ...(gated.length === 0 ? [{ type: 'no rate' as const }] : []),
    ...gated
      .filter((gate) => state !== 'pass' && gate.state === state)
      .map((gate) => ({ type: 'gate' as const, gate })),
    ...(isComplete ? [] : [{ type: 'interrupted' as const }]),
  ];
}

function gatesAt(
  finding: LoadFinding,
  gates: GatesConfig,
  objectives: readonly string[],
): LoadGate[] {
  const results = [
    ...(['p50', 'p95'] as const).map((quantile) => ratioGate(finding, gates, quantile)),
    ...(['p50', 'p95', 'p99'] as const).flatMap((quantile) => limitGate(finding, gates, quantile)),
    ...(isOff(gates, 'errors') ? [] : [loadErrorGate(finding, gates)]),
    ...recallGates(finding, gates),
    answersGate(finding),
  ].map((result) => withoutLatency(result, finding));
  return results.map((read) => {
    const { result, isOpen } = openByUnread(read, finding);
    const key = objectiveKey(result.kind);
    const isObjective = key !== null && objectives.includes(key);
    const failsAnyway =
      result.state === 'fail' &&
      (result.kind.type === 'answers' || (result.kind.type === 'errors' && objectives.length > 0));
    // What would fail without an objective, and cannot be told, is no pass.
    const opensAnyway = isOpen && result.kind.type === 'answers' && objectives.length > 0;
    const held = { ...result, gated: isObjective || failsAnyway || opensAnyway };
    if (finding.valid) return held;
    if (isAboutAnswers(result.kind) && result.state === 'fail') {
      return { ...held, reason: `${result.reason}; a late driver does not excuse it` };
    }
    const reason = `client bound: ${finding.invalidReasons.join('; ')}`;
    return { ...result, gated: isObjective, state: 'inconclusive', reason };
  });
}

/** Fast failures are no latency: where a side failed wholesale, times are not judged. */
function withoutLatency(result: Ungated, { failedWholesale }: LoadFinding): Ungated {
  const { incumbent, candidate } = failedWholesale;
  const failed = candidate ?? incumbent;
  if (!isAboutLatency(result.kind) || failed === null) return result;
  const side = candidate === null ? 'incumbent' : 'candidate';
  const none = { n: 0, mean: null, lower: null, upper: null };
  const reason = `no latency of the ${side}: ${failureText(failed)}`;
  return { ...result, ...none, state: 'inconclusive', reason };
}
