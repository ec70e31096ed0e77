import { componentFindings, differing } from './components.ts';
import { established } from './established.ts';
import { evidenceOf } from './evidence.ts';
import { type Prepared, prepareAttribution } from './identify/prepare.ts';
import { remarksOf } from './remarks.ts';
import type { QueryDistance } from './replay/distance.ts';
import { fidelityOf, isFaithful } from './replay/twin.ts';
import { answerRows } from './replay/world.ts';
import type {
  AttributionFinding,
  AttributionInput,
  Component,
  ComponentShare,
  Measure,
  MeasureAttribution,
} from './types.ts';
import { bootstrapMeans } from './value/bootstrap.ts';
import { type CoalitionValues, coalitionValues, minimalRepair } from './value/coalition-values.ts';

/** Queries whose documents are listed as evidence. */
const EVIDENCE_QUERIES = 10;
const EVIDENCE_ROWS = 60;
/** δ up to this share of the total counts as fixed: replays are not exact to the last near tie. */
const MENDED_SHARE = 0.02;

/** An attribution with what it was made from, for those who show single queries. */
export interface Attributed {
  readonly finding: AttributionFinding;
  readonly prepared: Prepared;
  readonly players: readonly Component[];
}

/**
 * Splits the disagreement of two sides into the components that cause it: exact Shapley values over replays
 * that reproduce held-out answers of both sides. Where the replays do not, the answer is `unexplained`.
 */
export function attribute(input: AttributionInput): Attributed {
  const prepared = prepareAttribution(input);
  const players = differing(prepared);
  const { distances } = prepared;
  const observed = new Map(
    [...distances].map(([measure, distance]) => [measure, observedDistances(prepared, distance)]),
  );
  const coalitions = coalitionValues(prepared, players);
  const measures = [...distances].map(([measure, distance]) =>
    measureAttribution(
      prepared,
      players,
      measure,
      distance,
      observed.get(measure) ?? [],
      coalitions.get(measure),
    ),
  );
  const disagreeing = measures.filter(({ total }) => total > 0);
  const faithful = disagreeing.some(({ accepted }) => accepted);
  const status =
    disagreeing.length === 0 ? 'nothing to explain' : faithful ? 'explained' : 'unexplained';
  const { queries } = prepared.context;
  return {
    prepared,
    players,
    finding: {
      status,
      sentence: sentenceOf(status, measures),
      queries: queries.length,
      representing: Math.round(queries.reduce((sum, { weight }) => sum + weight, 0)),
      components: established(
        componentFindings(prepared),
        prepared,
        faithful || disagreeing.length === 0,
      ),
      measures,
      evidence: worstQueries(observed.get('1 − RBO') ?? [], EVIDENCE_QUERIES)
        .flatMap((query) => evidenceOf(prepared, players, query, faithful))
        .slice(0, EVIDENCE_ROWS),
      remarks: remarksOf(prepared),
    },
  };
}

/** Indexes of the queries that disagree most, worst first. */
export function worstQueries(distances: readonly number[], count: number): number[] {
  return distances
    .map((value, query) => ({ value, query }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.query - b.query)
    .slice(0, count)
    .map(({ query }) => query);
}

/** δ(O_A, O_B) of every query. */
export function observedDistances(prepared: Prepared, distance: QueryDistance): number[] {
  const { world, input, context } = prepared;
  return context.queries.map(({ id }, query) =>
    distance(
      query,
      answerRows(world, input.sides.incumbent.answers.get(id)),
      answerRows(world, input.sides.candidate.answers.get(id)),
    ),
  );
}

function measureAttribution(
  prepared: Prepared,
  players: readonly Component[],
  measure: Measure,
  distance: QueryDistance,
  observed: readonly number[],
  coalition: CoalitionValues | undefined,
): MeasureAttribution {
  const { context, models, input, heldOut } = prepared;
  const weights = context.queries.map(({ weight }) => weight);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const total =
    all === 0
      ? 0
      : observed.reduce((sum, value, query) => sum + (weights[query] ?? 0) * value, 0) / all;
  const noiseFloor = noiseOf(prepared, distance);
  const fidelity = fidelityOf(context, models, input.sides, heldOut, distance);
  const accepted = isFaithful(fidelity) && coalition !== undefined;
  if (!accepted) {
    return {
      measure,
      total,
      noiseFloor,
      fidelity,
      accepted,
      shares: [],
      explained: 0,
      unexplained: total,
      repair: null,
      afterRepair: null,
    };
  }
  const shares = sharesOf(coalition, players, weights, input.seed);
  const explained = shares.reduce((sum, { phi }) => sum + phi.mean, 0);
  const floor = Math.max(noiseFloor ?? 0, MENDED_SHARE * total);
  const repair = minimalRepair(coalition, players, floor);
  return {
    measure,
    total,
    noiseFloor,
    fidelity,
    accepted,
    shares,
    explained,
    unexplained: total - explained,
    repair: repair?.components ?? null,
    afterRepair: repair?.left ?? null,
  };
}

function sharesOf(
  coalition: CoalitionValues,
  players: readonly Component[],
  weights: readonly number[],
  seed: number,
): ComponentShare[] {
  const estimates = bootstrapMeans(coalition.byQuery, weights, players.length, seed);
  const positive = estimates.reduce((sum, { mean }) => sum + Math.max(0, mean), 0);
  const whole = coalition.value.length - 1;
  return players
    .map((component, bit): ComponentShare => {
      const phi = estimates[bit] ?? { mean: 0, lower: 0, upper: 0 };
      return {
        component,
        phi,
        share: positive === 0 ? null : Math.max(0, phi.mean) / positive,
        firstIn: coalition.value[1 << bit] ?? 0,
        lastIn: (coalition.value[whole] ?? 0) - (coalition.value[whole & ~(1 << bit)] ?? 0),
      };
    })
    .sort((a, b) => b.phi.mean - a.phi.mean);
}

/** Weighted mean of ½[δ(A, A′) + δ(B, B′)] over queries that were asked twice of both. */
function noiseOf({ context, world, input }: Prepared, distance: QueryDistance): number | null {
  let sum = 0;
  let weights = 0;
  for (const [query, { id, weight, noise }] of context.queries.entries()) {
    if (noise.incumbent === null || noise.candidate === null) continue;
    const one = answerRows(world, input.sides.incumbent.answers.get(id));
    const other = answerRows(world, input.sides.candidate.answers.get(id));
    const again = distance(query, one, answerRows(world, noise.incumbent));
    sum += (weight * (again + distance(query, other, answerRows(world, noise.candidate)))) / 2;
    weights += weight;
  }
  return weights === 0 ? null : sum / weights;
}

function sentenceOf(
  status: AttributionFinding['status'],
  measures: readonly MeasureAttribution[],
): string {
  if (status === 'nothing to explain') return 'The answers agree to the last rank.';
  if (status === 'unexplained') {
    const [first] = measures;
    const worse =
      (first?.fidelity.incumbent ?? 0) > (first?.fidelity.candidate ?? 0)
        ? 'incumbent'
        : 'candidate';
    return `Unexplained: no replay reproduces the answers of the ${worse}, so no component is named.`;
  }
  const told = measures
    .filter(({ accepted, total }) => accepted && total > 0)
    .reduce<MeasureAttribution | undefined>(
      (most, measure) => (most === undefined || measure.total > most.total ? measure : most),
      undefined,
    );
  const top = told?.shares.filter(({ share }) => (share ?? 0) >= 0.05) ?? [];
  const causes = top
    .map(({ component, share }) => `${component} ${((share ?? 0) * 100).toFixed(0)}%`)
    .join(', ');
  const repair =
    told?.repair === null || told?.repair === undefined || told.repair.length === 0
      ? ''
      : `; to be mended: ${told.repair.join(' and ')}`;
  return `${causes === '' ? 'No component' : causes} of what is explained of ${told?.measure}${repair}.`;
}
