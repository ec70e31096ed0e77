import { type FilterVariant, filterVariants } from '../replay/filter-variants.ts';
import { type FusionVariant, plainModel, type SideModel } from '../replay/model.ts';
import { type Replayer, replay, wholly } from '../replay/replay.ts';
import type { Spaces } from '../replay/vectors.ts';
import { answerRows, type TiePolicy, type World } from '../replay/world.ts';
import { type Appearance, appearancesOf, fits } from './appearances.ts';
import { fitMetric } from './fit-metric.ts';
import { findMembership, type SideView } from './membership.ts';
import { assumedMetric, type FittedMetric } from './metric.ts';
import { type IdentifyInput, misfit } from './misfit.ts';
import { findOmissions } from './omissions.ts';

/** One side as it was identified, and what was noticed that is in no component. */
export interface IdentifiedSide {
  readonly model: SideModel;
  /** Documents whose score is off by a constant or a factor. */
  readonly offset: readonly number[];
  /** Scores that the metric gives, of all scores seen. */
  readonly fitting: { readonly fit: number; readonly of: number };
  readonly unverifiedOmissions: number;
}

/** The metric that gives a side's scores for its own vectors; by order alone where no metric gives them. */
export function identifyMetric(input: IdentifyInput, spaces: Spaces): FittedMetric {
  const { world, record, side, queries, known } = input;
  const scored = appearancesOf(world, spaces, record, side, queries, known, true);
  return fitMetric(spread(scored, 20_000).map(({ pair }) => pair)) ?? byOrder(input, spaces);
}

/** Identifies one side, given the vectors it ranks with and its metric. */
export function identifySide(
  input: IdentifyInput,
  spaces: Spaces,
  precision: SideModel['precision'],
  metric: FittedMetric,
): IdentifiedSide {
  const { world, queries, known, record, side, k } = input;
  const everyone = queries.map((_, query) => query);
  const all = appearancesOf(world, spaces, record, side, queries, everyone, false);
  const held = new Set(known);
  const appearances = [
    ...all.filter(({ query }) => held.has(query)),
    ...appearancesOf(world, spaces, record, side, queries, [], true),
  ];
  const view: SideView = { world, spaces, queries, record, side, metric };
  const { membership, offset } = findMembership(view, known, appearances, all);
  const context: Replayer = { world, queries, spaces, k };
  let model: SideModel = { ...plainModel(metric), precision, membership };
  model = chosenModel(input, context, model);
  model = { ...model, tied: observedTies(input, context, model) };
  const omissions = findOmissions(view, context, [model, model], all);
  model = { ...model, omitted: omissions.omitted };
  model = { ...model, lengths: shortAnswers(input, context, model) };
  return {
    model,
    offset,
    unverifiedOmissions: omissions.unverified,
    fitting: {
      fit: all.filter((appearance) => fitsModel(metric, appearance, world, membership)).length,
      of: all.length,
    },
  };
}

function fitsModel(
  metric: FittedMetric,
  appearance: Appearance,
  world: World,
  membership: SideModel['membership'],
): boolean {
  const { row } = appearance;
  return row >= world.corpusSize || membership.stale.has(row) || fits(metric, appearance);
}

/** Tries the variants of each component in turn, twice over, and keeps what reproduces the known answers best. */
function chosenModel(input: IdentifyInput, context: Replayer, start: SideModel): SideModel {
  const { known, queries, k } = input;
  const filtered = known.filter((query) => queries[query]?.filter !== null);
  const several = known.filter((query) => (queries[query]?.collections.length ?? 0) > 1);
  const signs = [1, -1] as const;
  let model = start;
  for (let round = 0; round < 2; round++) {
    model = better(input, context, model, known, signs, (sign, from) => ({
      ...from,
      metric: { ...from.metric, sign },
    }));
    model = { ...model, reversed: reversedAnswers(input, context, model) };
    model = better(input, context, model, known, [0, 1, 2], (offset, from) => ({
      ...from,
      offset,
    }));
    model = better<FilterVariant>(
      input,
      context,
      model,
      filtered,
      filterVariants(k),
      (filter, from) => ({ ...from, filter }),
    );
    model = better<FusionVariant>(
      input,
      context,
      model,
      // Where one cut shortens answers from one collection too, those tell it from truncation.
      several.length === 0 ? [] : known,
      fusionVariants(k),
      (fusion, from) => ({ ...from, fusion }),
    );
    model = better<TiePolicy>(
      input,
      context,
      model,
      known,
      ['id', 'insertion', 'id-descending', 'insertion-reversed'],
      (ties, from) => ({ ...from, ties }),
    );
  }
  return model;
}

function fusionVariants(k: number): FusionVariant[] {
  const cuts = [...new Set([1, 2, 3, 4, 5, Math.ceil(k / 3), Math.ceil(k / 2), k - 1])];
  const merge = (perCollection: number, alone: boolean): FusionVariant => ({
    kind: 'merge',
    perCollection,
    alone,
  });
  return [
    merge(Number.POSITIVE_INFINITY, true),
    { kind: 'even-share' },
    ...cuts
      .filter((cut) => cut >= 1 && cut < k)
      .flatMap((cut) => [merge(cut, true), merge(cut, false)]),
    { kind: 'round-robin' },
    { kind: 'concatenate' },
  ];
}

/** Least gain in mean δ that a variant must bring: a coincidence in one answer is no policy. */
const LEAST_GAIN = 1e-3;
/** Most queries that a variant is tried on. */
const TRIED = 120;

function better<Variant>(
  input: IdentifyInput,
  context: Replayer,
  model: SideModel,
  on: readonly number[],
  variants: readonly Variant[],
  apply: (variant: Variant, model: SideModel) => SideModel,
): SideModel {
  if (on.length === 0) return model;
  const answered = spread(
    on.filter((query) => input.record.answers.has(input.queries[query]?.id ?? '')),
    TRIED,
  );
  let best = model;
  let least = misfit(input, context, model, answered);
  if (least === 0) return model;
  for (const variant of variants) {
    const tried = apply(variant, model);
    const value = misfit(input, context, tried, answered);
    if (value < least - LEAST_GAIN) {
      best = tried;
      least = value;
    }
  }
  return best;
}

/** Queries whose answer is nearer in reverse to what the side should answer. */
function reversedAnswers(
  input: IdentifyInput,
  context: Replayer,
  model: SideModel,
): ReadonlySet<number> {
  const { queries, record, world, side, k, distance } = input;
  const reversed = new Set<number>();
  const forward = { ...model, reversed: new Set<number>() };
  for (const [query, asked] of queries.entries()) {
    const got = answerRows(world, record.answers.get(asked.id));
    if (got.length < 3) continue;
    const made = replay(context, [forward, forward], wholly(side), query, k).slice(0, got.length);
    const straight = distance(got, made);
    if (straight < 0.2) continue;
    if (distance(got.toReversed(), made) < straight / 2) reversed.add(query);
  }
  return reversed;
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
      distance(got, replay(context, [from, from], wholly(side), query, k).slice(0, got.length));
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
    const made = replay(context, [model, model], wholly(input.side), query, input.k);
    if (answer.keys.length < made.length) lengths.set(query, answer.keys.length);
  }
  return lengths;
}

/** Where no score fits: the kind of metric whose order the answers follow most often. */
function byOrder(input: IdentifyInput, spaces: Spaces): FittedMetric {
  const { world, queries, known, k } = input;
  const context: Replayer = { world, queries, spaces, k };
  let best = assumedMetric('cosine');
  let least = misfit(input, context, plainModel(best), known);
  for (const kind of ['dot', 'euclidean'] as const) {
    const metric = assumedMetric(kind);
    const value = misfit(input, context, plainModel(metric), known);
    if (value < least - LEAST_GAIN) {
      best = metric;
      least = value;
    }
  }
  return best;
}

/** At most so many of them, evenly spread. */
function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.ceil(items.length / most);
  return step <= 1 ? items : items.filter((_, at) => at % step === 0);
}
