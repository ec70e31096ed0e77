import { sum } from '../../stats/moments.ts';
import { spread } from '../fit/appearances.ts';
import { type IdentifyInput, misfits } from '../fit/misfit.ts';
import { type FilterVariant, filterVariants } from '../replay/filter-variants.ts';
import type { FusionVariant, SideModel } from '../replay/model.ts';
import { type Replayer, replay, wholly } from '../replay/replay.ts';
import { answerRows } from '../replay/world.ts';

/** Least gain in mean δ that a variant must bring beyond what it brings to one answer. */
const LEAST_GAIN = 1e-3;
/** Most queries that a variant is tried on, and tested on. */
const TRIED = 120;

/** One side's inputs for trying variants. */
interface Trial {
  readonly input: IdentifyInput;
  readonly context: Replayer;
}

/** How a side orders an answer: nearest or farthest first, in reverse, and where it starts. */
export function chosenOrder(input: IdentifyInput, context: Replayer, start: SideModel): SideModel {
  const trial = { input, context };
  let model = better(trial, start, anyQuery, [1, -1] as const, (sign, from) => ({
    ...from,
    metric: { ...from.metric, sign },
  }));
  model = { ...model, reversed: reversedAnswers(input, context, model) };
  return better(trial, model, anyQuery, [0, 1, 2], (offset, from) => ({ ...from, offset }));
}

/** What a side makes of filters and of several collections: variants in turn, twice over. */
export function chosenVariants(
  input: IdentifyInput,
  context: Replayer,
  start: SideModel,
): SideModel {
  const trial = { input, context };
  const { queries, k } = input;
  const filtered = (query: number): boolean => queries[query]?.filter !== null;
  const several = queries.some(({ collections }) => collections.length > 1);
  let model = start;
  for (let round = 0; round < 2; round++) {
    model = better<FilterVariant>(trial, model, filtered, filterVariants(k), (filter, from) => ({
      ...from,
      filter,
    }));
    // Where one cut shortens answers from one collection too, those tell it from truncation.
    const fusions = several ? fusionVariants(k) : [];
    model = better<FusionVariant>(trial, model, anyQuery, fusions, (fusion, from) => ({
      ...from,
      fusion,
    }));
  }
  return model;
}

function anyQuery(): boolean {
  return true;
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

/**
 * The variant that reproduces the known answers best, where it gains more than one of them weighs and the held-out
 * answers bear it out: a coincidence in one answer is no policy.
 */
function better<Variant>(
  { input, context }: Trial,
  model: SideModel,
  on: (query: number) => boolean,
  variants: readonly Variant[],
  apply: (variant: Variant, model: SideModel) => SideModel,
): SideModel {
  const asked = (from: readonly number[]): readonly number[] =>
    spread(
      from.filter((query) => on(query) && input.record.answers.has(input.queries[query]?.id ?? '')),
      TRIED,
    );
  const known = asked(input.known);
  if (known.length === 0) return model;
  const before = misfits(input, context, model, known);
  if (sum(before) === 0) return model;
  let best = model;
  let most = LEAST_GAIN * known.length;
  for (const variant of variants) {
    const tried = apply(variant, model);
    const gain = gainOf(before, misfits(input, context, tried, known));
    if (gain > most) {
      best = tried;
      most = gain;
    }
  }
  if (best === model) return model;
  const heldOut = asked(input.heldOut);
  const borneOut =
    heldOut.length < 2 ||
    gainOf(misfits(input, context, model, heldOut), misfits(input, context, best, heldOut)) > 0;
  return borneOut ? best : model;
}

/** What a variant gains over all answers without the one that it gains most in. */
function gainOf(before: readonly number[], after: readonly number[]): number {
  const gains = before.map((value, at) => value - (after[at] ?? 0));
  return sum(gains) - Math.max(0, ...gains);
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
    const made = replay({
      context,
      models: [forward, forward],
      choice: wholly(side),
      query,
      depth: k,
    }).slice(0, got.length);
    const straight = distance(query, got, made);
    if (straight < 0.2) continue;
    if (distance(query, got.toReversed(), made) < straight / 2) reversed.add(query);
  }
  return reversed;
}
