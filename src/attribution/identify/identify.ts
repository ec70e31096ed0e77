import {
  type Appearance,
  appearancesOf,
  censusAppearances,
  claimedCosine,
  fits,
  otherAppearances,
} from '../fit/appearances.ts';
import { type IdentifyInput, misfits, usualLength } from '../fit/misfit.ts';
import { assumedMetric, type FittedMetric } from '../replay/metric.ts';
import { plainModel, type SideModel } from '../replay/model.ts';
import type { Codec } from '../replay/precision.ts';
import { type Replayer, replay, wholly } from '../replay/replay.ts';
import type { Spaces } from '../replay/vectors.ts';
import { answerRows } from '../replay/world.ts';
import type { SideView } from './rows/due.ts';
import type { ForeignIds } from './rows/foreign.ts';
import { findMembership } from './rows/membership.ts';
import { belowTheLast, findOmissions } from './rows/omissions.ts';
import { chosenOrder, chosenVariants } from './variants.ts';

/** One side as it was identified, and what was noticed that is in no component. */
export interface IdentifiedSide {
  readonly model: SideModel;
  /** Documents whose score is off by a constant or a factor. */
  readonly offset: readonly number[];
  /** Ids in answers that are no documents beside the corpus; null where there are none. */
  readonly foreign: ForeignIds | null;
  /** Scores that the metric gives, of all scores seen. */
  readonly fitting: { readonly fit: number; readonly of: number };
  readonly unverifiedOmissions: number;
}

/** Mean δ by which the order of another metric must be nearer to the answers. */
const NEARER = 1e-3;

/** Where no score fits: the kind of metric whose order the answers follow most often. */
export function metricByOrder(input: IdentifyInput, spaces: Spaces): FittedMetric {
  const { world, queries, known, k } = input;
  const context: Replayer = { world, queries, spaces, k };
  const off = (metric: FittedMetric): number =>
    misfits(input, context, plainModel(metric), known).reduce((sum, value) => sum + value, 0) /
    Math.max(1, known.length);
  let best = assumedMetric('cosine');
  let least = off(best);
  for (const kind of ['dot', 'euclidean'] as const) {
    const metric = assumedMetric(kind);
    const value = off(metric);
    if (value < least - NEARER) [best, least] = [metric, value];
  }
  return best;
}

/** Identifies one side, given the vectors and codes it ranks with and its metric. */
export function identifySide(
  input: IdentifyInput,
  spaces: Spaces,
  codec: Codec,
  metric: FittedMetric,
): IdentifiedSide {
  const { world, queries, known, k } = input;
  const seen = { ...input, spaces };
  const everyone = queries.map((_, query) => query);
  const all = appearancesOf(seen, everyone);
  const held = new Set(known);
  const appearances = [
    ...all.filter(({ query }) => held.has(query)),
    ...censusAppearances(seen),
    ...otherAppearances(seen),
  ];
  const scores = metric.scatter === 0 ? null : cosinesSeen(metric, all, world.corpusSize);
  const view: SideView = { ...input, spaces, metric, seen: scores };
  const found = findMembership(view, known, appearances, all);
  const { membership, foreign, offset, shown, lossRate, unreached } = found;
  const context: Replayer = { world, queries, spaces, k };
  let model: SideModel = { ...plainModel(metric), codec, membership, unreached, seen: scores };
  model = chosenOrder(input, context, model);
  const evidence = { shown, lossRate, usual: usualLength(input), appearances: all };
  // What the index loses is taken out before anything is said of filters: a few lost rows look like a late filter.
  const plain = everyone.filter(
    (query) => queries[query]?.filter === null && queries[query]?.collections.length === 1,
  );
  model = { ...model, omitted: findOmissions(view, context, model, evidence, plain).omitted };
  model = chosenVariants(input, context, model);
  const omissions = findOmissions(view, context, model, evidence, everyone);
  model = { ...model, omitted: omissions.omitted };
  if (scores !== null) model = { ...model, seen: joined(scores, belowTheLast(view, model)) };
  model = { ...model, tied: observedTies(input, context, model) };
  model = { ...model, lengths: shortAnswers(input, context, model) };
  return {
    model,
    offset,
    foreign,
    unverifiedOmissions: omissions.unverified,
    fitting: {
      fit: all.filter((appearance) => fitsModel(metric, appearance, world, membership)).length,
      of: all.length,
    },
  };
}

type CosinesByQuery = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** What scores stand for, by query and row. */
function cosinesSeen(
  metric: FittedMetric,
  appearances: readonly Appearance[],
  corpusSize: number,
): CosinesByQuery {
  const seen = new Map<number, Map<number, number>>();
  for (const appearance of appearances) {
    if (appearance.row >= corpusSize) continue;
    const rows = seen.get(appearance.query) ?? new Map<number, number>();
    rows.set(appearance.row, claimedCosine(metric, appearance));
    seen.set(appearance.query, rows);
  }
  return seen;
}

function joined(one: CosinesByQuery, other: CosinesByQuery): CosinesByQuery {
  return new Map(
    [...new Set([...one.keys(), ...other.keys()])].map((query) => [
      query,
      new Map([...(other.get(query) ?? []), ...(one.get(query) ?? [])]),
    ]),
  );
}

function fitsModel(
  metric: FittedMetric,
  appearance: Appearance,
  world: IdentifyInput['world'],
  membership: SideModel['membership'],
): boolean {
  const { row } = appearance;
  return row >= world.corpusSize || membership.stale.has(row) || fits(metric, appearance);
}

/** Answers that their replay misses by the order of equally near rows, with that order. */
function observedTies(
  input: IdentifyInput,
  context: Replayer,
  model: SideModel,
): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const { queries, record, world, side, k, distance } = input;
  const tied = new Map<number, ReadonlyMap<number, number>>();
  for (const [query, asked] of queries.entries()) {
    const got = answerRows(world, record.answers.get(asked.id));
    const off = (from: SideModel): number =>
      distance(
        query,
        got,
        replay({ context, models: [from, from], choice: wholly(side), query, depth: k }).slice(
          0,
          got.length,
        ),
      );
    const before = off(model);
    if (before === 0) continue;
    const ranked = model.reversed.has(query) ? got.toReversed() : got;
    const ranks = new Map(ranked.map((row, rank) => [row, rank]));
    if (off({ ...model, tied: new Map([[query, ranks]]) }) < before) tied.set(query, ranks);
  }
  return tied;
}

/** Answers that are shorter than the side's own components would make them. */
function shortAnswers(
  input: IdentifyInput,
  context: Replayer,
  model: SideModel,
): ReadonlyMap<number, number> {
  const lengths = new Map<number, number>();
  for (const [query, asked] of input.queries.entries()) {
    const answer = input.record.answers.get(asked.id);
    if (answer === undefined) continue;
    const made = replay({
      context,
      models: [model, model],
      choice: wholly(input.side),
      query,
      depth: input.k,
    });
    if (answer.keys.length < made.length) lengths.set(query, answer.keys.length);
  }
  return lengths;
}
