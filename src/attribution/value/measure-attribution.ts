import type { Prepared } from '../identify/prepare.ts';
import type { QueryDistance } from '../replay/distance.ts';
import { fidelityOf, isFaithful } from '../replay/twin.ts';
import { answerRows } from '../replay/world.ts';
import type { Component, ComponentShare, Measure, MeasureAttribution } from '../types.ts';
import { bootstrapMeans } from './bootstrap.ts';
import { type CoalitionValues, minimalRepair } from './coalition-values.ts';

/** δ up to this share of the total counts as fixed: replays are not exact to the last near tie. */
const MENDED_SHARE = 0.02;

/** What {@link measureAttribution} works on. */
interface MeasuredWorlds {
  readonly prepared: Prepared;
  readonly players: readonly Component[];
  readonly measure: Measure;
  readonly distance: QueryDistance;
  readonly observed: readonly number[];
  readonly coalition: CoalitionValues | undefined;
}

/** The account of one measure: Shapley values where both replays are faithful, totals alone where one is not. */
export function measureAttribution({
  prepared,
  players,
  measure,
  distance,
  observed,
  coalition,
}: MeasuredWorlds): MeasureAttribution {
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
