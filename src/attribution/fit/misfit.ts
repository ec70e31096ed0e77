import type { Collection } from '../../corpus/types.ts';
import { sum } from '../../stats/moments.ts';
import { medianOf } from '../../stats/quantiles.ts';
import type { QueryDistance } from '../replay/distance.ts';
import type { SideModel } from '../replay/model.ts';
import { type Replayer, replay, wholly } from '../replay/replay.ts';
import type { SideIndex } from '../replay/vectors.ts';
import { answerRows, type World } from '../replay/world.ts';
import type { AttributionQuery, SideRecord } from '../types.ts';

/** What identification works with; `known` are the queries it may look at, the held-out ones bear it out. */
export interface IdentifyInput {
  readonly collections: readonly Collection[];
  readonly world: World;
  readonly queries: readonly AttributionQuery[];
  readonly known: readonly number[];
  readonly heldOut: readonly number[];
  readonly record: SideRecord;
  readonly side: SideIndex;
  readonly k: number;
  readonly distance: QueryDistance;
}

/**
 * δ of each answer and its replay, cut to the answer's length, plus what the replay's own length is off by, whether
 * or not the side cuts its answers short: a filter after ranking and a cut before a merge shorten only the answers
 * that they apply to.
 */
export function misfits(
  input: IdentifyInput,
  context: Replayer,
  model: SideModel,
  on: readonly number[],
): number[] {
  const replays = on.map((query) => ({
    query,
    got: answerRows(input.world, input.record.answers.get(input.queries[query]?.id ?? '')),
    made: replay({
      context,
      models: [model, model],
      choice: wholly(input.side),
      query,
      depth: input.k,
    }),
  }));
  const upTo = (usual: number): number[] =>
    replays.map(({ query, got, made }) => {
      const off = Math.abs(got.length - Math.min(made.length, usual)) / input.k;
      return input.distance(query, got, made.slice(0, Math.max(1, got.length))) + off;
    });
  const whole = upTo(input.k);
  const usual = usualLength(input);
  const short = usual === input.k ? whole : upTo(usual);
  return sum(short) < sum(whole) ? short : whole;
}

/** Median length of the answers to queries over one collection without a filter. */
export function usualLength({ queries, known, record, k }: IdentifyInput): number {
  const lengths = known.flatMap((query) => {
    const asked = queries[query];
    const plain = asked !== undefined && asked.filter === null && asked.collections.length === 1;
    const answer = plain ? record.answers.get(asked.id) : undefined;
    return answer === undefined ? [] : [answer.keys.length];
  });
  return Math.round(medianOf(lengths) ?? k);
}
