import type { GatesConfig } from '../../config/schema.ts';
import type { LoadFinding } from '../../gate/load/load-finding.ts';
import type { LoadPlan } from '../plan.ts';
import type { LoadObserved } from '../record/observed.ts';
import { type AnswerRecall, answerValue } from './answers/answer-value.ts';
import { foreignAnswers } from './answers/foreign-answers.ts';
import { type NonceFigures, nonceFigures } from './answers/nonces.ts';
import { type PassFindings, passFindings } from './ramp.ts';
import { settleAnswers, type ValueFor } from './requests/settle.ts';
import { type RungFindings, rungFindings } from './rung.ts';
import { capacityVerdict } from './saturation/capacity.ts';
import { type Knee, kneeOf, throughputOf } from './saturation/knee.ts';
import { DEFAULT_OBJECTIVE, type Objective } from './saturation/objective.ts';
import { SEARCH_DEFAULTS, type SearchResult, searchResult } from './saturation/search.ts';

/** Everything that is found in a load. */
export interface LoadFindings {
  readonly schema: 1;
  readonly operation: LoadPlan['operation'];
  readonly process: LoadPlan['process'];
  readonly queryCount: number;
  /** Queries that are not put under load: not one request on both sides. */
  readonly leftOutCount: number;
  readonly knees: readonly [Knee, Knee] | null;
  readonly rungs: readonly RungFindings[];
  readonly nonces: readonly NonceFigures[];
  readonly ramp:
    | (NonNullable<LoadPlan['ramp']> & { readonly passes: readonly PassFindings[] })
    | null;
  /** Null where no saturation was searched to its end. */
  readonly capacities: readonly [SearchResult, SearchResult] | null;
  readonly objective: Objective;
  /** Load average of the machine; null where it was not taken. */
  readonly loadAverage: { readonly before: number; readonly after: number | null };
}

/** Derives every figure of a load from what was observed; `recall` is null where it is not looked at. */
export function loadFindings(
  observed: LoadObserved,
  gates: GatesConfig,
  recall: AnswerRecall | null,
): LoadFindings {
  const { plan: recorded, queries, answers } = observed;
  const { plan, queryIds, p99MaxMs } = recorded;
  const valueFor = answersValue(observed, recall);
  const rungs = observed.rungs.map((rung) =>
    rungFindings(rung, {
      valueFor,
      isForeign: [foreignAnswers(queries, answers[0]), foreignAnswers(queries, answers[1])],
      hasRecall: recall !== null,
      needs: queries.map(({ need }) => need),
      objectiveMs: p99MaxMs,
    }),
  );
  const knees = kneesOf(observed);
  const objective = objectiveOf(gates, p99MaxMs, rungs[0]);
  const { ramp } = plan;
  return {
    schema: 1,
    operation: plan.operation,
    process: plan.process,
    queryCount: queries.length,
    leftOutCount: recorded.leftOutCount,
    knees,
    rungs,
    nonces: nonceFigures(observed.nonces, answers, queryIds, (nonce, answer) =>
      recall === null ? null : recall.ofNonce(nonce, answer),
    ),
    ramp:
      ramp === null
        ? null
        : {
            ...ramp,
            passes: observed.passes.map((pass) => {
              const { record } = settleAnswers(pass.record, [valueFor[pass.arm]]);
              return passFindings(pass, record, ramp, p99MaxMs);
            }),
          },
    capacities: capacitiesOf(observed, knees, valueFor, objective),
    objective,
    loadAverage: { before: recorded.loadBefore, after: observed.loadAfter },
  };
}

/** What each answer of either side is worth. */
function answersValue(
  { answers }: LoadObserved,
  recall: AnswerRecall | null,
): readonly [ValueFor, ValueFor] {
  const of =
    (side: 0 | 1): ValueFor =>
    (query, variant) => {
      const answer = answers[side].of(query, variant);
      if (answer == null) return answer === null ? null : { recall: null };
      return answerValue(query, answer, recall);
    };
  return [of(0), of(1)];
}

function kneesOf({ loops }: LoadObserved): readonly [Knee, Knee] | null {
  if (loops === null) return null;
  const [incumbent, candidate] = loops.map((side) =>
    kneeOf(
      side.map((loop) => ({
        concurrency: loop.concurrency,
        throughputPerSecond: throughputOf(loop),
      })),
    ),
  );
  return incumbent === undefined || candidate === undefined ? null : [incumbent, candidate];
}

/**
 * Recall that saturation must hold: the least one, or the incumbent's own at the lowest rate less the margin. What the
 * incumbent did not give, answers and rows of its lists, does not lower it.
 */
export function objectiveOf(
  gates: GatesConfig,
  p99MaxMs: number,
  lowest: RungFindings | undefined,
): Objective {
  const { margin, min } = gates.recallUnderLoad ?? {};
  const unloaded = lowest?.sides[0].recallOfGiven ?? null;
  const relative = margin === undefined || unloaded === null ? null : unloaded - margin;
  const minRecall =
    min === undefined ? relative : relative === null ? min : Math.max(min, relative);
  return { ...DEFAULT_OBJECTIVE, p99MaxMs, minRecall };
}

/** How far a saturation search goes, by the throughput of a closed loop. */
export function searchBounds(knee: Knee) {
  const { throughputPerSecond } = knee;
  return {
    ...SEARCH_DEFAULTS,
    firstRate: throughputPerSecond,
    ceilingRate: 4 * throughputPerSecond,
  };
}

function capacitiesOf(
  { plan, trials }: LoadObserved,
  knees: readonly [Knee, Knee] | null,
  valueFor: readonly [ValueFor, ValueFor],
  objective: Objective,
): readonly [SearchResult, SearchResult] | null {
  if (!plan.plan.saturation || knees === null) return null;
  const [incumbent, candidate] = ([0, 1] as const).map((side) =>
    searchResult(
      searchBounds(knees[side]),
      trials[side].map((trial) => capacityVerdict(trial, valueFor[side], objective)),
    ),
  );
  return incumbent == null || candidate == null ? null : [incumbent, candidate];
}

/** What is judged of one rate. */
export function loadFindingOf({
  ratePerSecond,
  validity,
  sides,
  facts,
}: RungFindings): LoadFinding {
  return {
    ratePerSecond,
    valid: validity.valid,
    invalidReasons: validity.reasons,
    failedWholesale: { incumbent: sides[0].failed, candidate: sides[1].failed },
    ...facts,
  };
}
