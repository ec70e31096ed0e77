import type { Distance } from '../replay/distance.ts';
import type { SideModel } from '../replay/model.ts';
import { type Replayer, replay, wholly } from '../replay/replay.ts';
import type { SideIndex } from '../replay/vectors.ts';
import { answerRows, type World } from '../replay/world.ts';
import type { AttributionQuery, SideRecord } from '../types.ts';
import { median } from './metric.ts';

/** What identification works with; `known` are the queries it may look at, the others are held out. */
export interface IdentifyInput {
  readonly world: World;
  readonly queries: readonly AttributionQuery[];
  readonly known: readonly number[];
  readonly record: SideRecord;
  readonly side: SideIndex;
  readonly k: number;
  readonly distance: Distance;
}

/**
 * Mean δ of a side's answers and their replay, cut to the answer's length, plus what the replay's own length is
 * off by, whether or not the side cuts its answers short: a filter after ranking and a cut before a merge
 * shorten only the answers that they apply to.
 */
export function misfit(
  input: IdentifyInput,
  context: Replayer,
  model: SideModel,
  on: readonly number[],
): number {
  const usual = usualLength(input);
  const whole = misfitUpTo(input.k, input, context, model, on);
  return usual === input.k ? whole : Math.min(whole, misfitUpTo(usual, input, context, model, on));
}

function misfitUpTo(
  usual: number,
  input: IdentifyInput,
  context: Replayer,
  model: SideModel,
  on: readonly number[],
): number {
  let sum = 0;
  for (const query of on) {
    const got = answerRows(input.world, input.record.answers.get(input.queries[query]?.id ?? ''));
    const made = replay(context, [model, model], wholly(input.side), query, input.k);
    sum += input.distance(got, made.slice(0, Math.max(1, got.length)));
    sum += Math.abs(got.length - Math.min(made.length, usual)) / input.k;
  }
  return on.length === 0 ? 0 : sum / on.length;
}

/** Median length of the answers to queries over one collection without a filter. */
function usualLength({ queries, known, record, k }: IdentifyInput): number {
  const lengths = known.flatMap((query) => {
    const asked = queries[query];
    const plain = asked !== undefined && asked.filter === null && asked.collections.length === 1;
    const answer = plain ? record.answers.get(asked.id) : undefined;
    return answer === undefined ? [] : [answer.keys.length];
  });
  return lengths.length === 0 ? k : median(lengths);
}
