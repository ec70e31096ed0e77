import type { AttributionInput } from '../types.ts';
import type { QueryDistance } from './distance.ts';
import type { SideModel } from './model.ts';
import { type Replayer, replay, wholly } from './replay.ts';
import { answerRows } from './world.ts';

/** How well both replays reproduce answers that identification did not look at. */
export interface Fidelity {
  readonly incumbent: number;
  readonly candidate: number;
  readonly across: number;
  readonly queries: number;
}

/** Share of δ(O_A, O_B) that a side's replay may be off by. */
const ACCEPT_SHARE = 1 / 4;

/** Weighted mean δ(O, R) of each side over the held-out queries, beside δ(O_A, O_B) on the same. */
export function fidelityOf(
  context: Replayer,
  models: readonly [SideModel, SideModel],
  sides: AttributionInput['sides'],
  heldOut: readonly number[],
  distance: QueryDistance,
): Fidelity {
  const sums = { incumbent: 0, candidate: 0, across: 0 };
  let weights = 0;
  for (const query of heldOut) {
    const asked = context.queries[query];
    if (asked === undefined) continue;
    const a = answerRows(context.world, sides.incumbent.answers.get(asked.id));
    const b = answerRows(context.world, sides.candidate.answers.get(asked.id));
    weights += asked.weight;
    sums.across += asked.weight * distance(query, a, b);
    sums.incumbent +=
      asked.weight *
      distance(query, a, replay({ context, models, choice: wholly(0), query, depth: context.k }));
    sums.candidate +=
      asked.weight *
      distance(query, b, replay({ context, models, choice: wholly(1), query, depth: context.k }));
  }
  const mean = (sum: number): number => (weights === 0 ? 0 : sum / weights);
  return {
    incumbent: mean(sums.incumbent),
    candidate: mean(sums.candidate),
    across: mean(sums.across),
    queries: heldOut.length,
  };
}

/** Whether causes may be reported: each replay is off by at most a quarter of what is to be explained. */
export function isFaithful({ incumbent, candidate, across }: Fidelity): boolean {
  return Math.max(incumbent, candidate) <= ACCEPT_SHARE * across;
}
