import { type Appearance, appearancesOf, censusAppearances } from '../fit/appearances.ts';
import { withoutScores, withScoresOfIndex } from '../fit/exact-scores.ts';
import type { IdentifyInput } from '../fit/misfit.ts';
import { plainMetric, type SideScores, sideScores } from '../fit/side-scores.ts';
import { type QueryDistance, queryDistances } from '../replay/distance.ts';
import type { SideModel } from '../replay/model.ts';
import { PLAIN } from '../replay/precision.ts';
import type { Replayer } from '../replay/replay.ts';
import { tieFolder } from '../replay/ties.ts';
import { openSpaces, type Spaces } from '../replay/vectors.ts';
import { buildWorld, type World } from '../replay/world.ts';
import type { AttributionInput, Measure, SideRecord } from '../types.ts';
import { byOneMetric } from './coded-lengths.ts';
import { type HiddenQueries, hiddenQueries } from './hidden-queries.ts';
import { type IdentifiedSide, identifySide, metricByOrder } from './identify.ts';
import { answeredByBoth, bothSides, halves, type Looked, look, ownTables } from './look.ts';

/** Both sides identified, ready to be replayed. */
export interface Prepared {
  /** The record as it was given. */
  readonly given: AttributionInput;
  /** The same with query vectors that were recovered from scores. */
  readonly input: AttributionInput;
  /** δ of two answers, in each measure. */
  readonly distances: ReadonlyMap<Measure, QueryDistance>;
  readonly world: World;
  readonly context: Replayer;
  readonly sides: readonly [IdentifiedSide, IdentifiedSide];
  /** What is replayed: the models of the sides, by one metric where codes alone make them two. */
  readonly models: readonly [SideModel, SideModel];
  readonly relation: Looked['relation'];
  /** Whether the two spaces can be mixed. */
  readonly comparable: boolean;
  /** Queries that a side's search embeds otherwise than its embed route, by side. */
  readonly hidden: readonly [HiddenQueries | null, HiddenQueries | null];
  /** Whether a side's scores are those of texts that were embedded otherwise than by its embed route, by side. */
  readonly shifted: readonly [boolean, boolean];
  readonly known: readonly number[];
  readonly heldOut: readonly number[];
}

/** Identifies both sides from half of the queries, drawn by the seed; the other half is held out. */
export function prepareAttribution(given: AttributionInput): Prepared {
  const told = withIndexScores(given);
  const world = buildWorld(told);
  const queries = answeredByBoth(told);
  const own = ownTables(told.sides);
  const plain = openSpaces(world, queries, { ...own, own });
  const distances = queryDistances(told.k, tieFolder(world, plain, told.metric ?? 'cosine'));
  const distance = distances.get('1 − RBO') ?? (() => 0);
  const asked = { world, queries, distance, ...halves(queries, told.seed) };
  const first = look(told, asked);
  const hidden = hiddenOf(first);
  const { input, inputs, relation, tables, spaces } = hidden.every((side) => side === null)
    ? first
    : look(withRecovered(told, hidden), asked);
  const scores = bothSides((side) => scoresOf(inputs[side], spaces));
  const codecs = bothSides((side) => scores[side].codec);
  const coded = codecs.every((codec) => codec === PLAIN)
    ? spaces
    : openSpaces(world, queries, { ...tables, codecs });
  const sides = bothSides((side) => {
    const { codec, metric } = scores[side];
    const entry = inputs[side];
    return identifySide(entry, coded, codec, metric ?? metricByOrder(entry, coded));
  });
  return {
    given,
    input,
    distances,
    world,
    context: { world, queries, spaces: coded, k: input.k },
    sides,
    models: byOneMetric(
      bothSides((side) => sides[side].model),
      coded,
    ),
    relation,
    comparable: relation.queries.comparable && relation.documents.comparable,
    hidden,
    shifted: bothSides((side) => scores[side].isShifted),
    known: asked.known,
    heldOut: asked.heldOut,
  };
}

function hiddenOf({ inputs, spaces }: Looked): Prepared['hidden'] {
  const metrics = bothSides((side) => plainMetric(knownScores(inputs[side], spaces)));
  return bothSides((side) =>
    hiddenQueries(inputs[side], spaces, metrics[side], metrics[side === 0 ? 1 : 0]),
  );
}

function scoresOf(input: IdentifyInput, spaces: Spaces): SideScores {
  const appearances = knownScores(input, spaces);
  return sideScores(input, appearances, plainMetric(appearances));
}

/** Scores that identification may look at. */
function knownScores(input: IdentifyInput, spaces: Spaces): Appearance[] {
  const seen = { ...input, spaces };
  return [...appearancesOf(seen, input.known), ...censusAppearances(seen)];
}

/** The same record with scores of exact searches only where they are those of the index. */
function withIndexScores(input: AttributionInput): AttributionInput {
  const { incumbent, candidate } = input.sides;
  const sides = {
    incumbent: withScoresOfIndex(incumbent),
    candidate: withScoresOfIndex(candidate),
  };
  return { ...input, sides };
}

/** The same record with the vectors that searches embed queries to, where they are not those of the embed route. */
function withRecovered(input: AttributionInput, hidden: Prepared['hidden']): AttributionInput {
  const { incumbent, candidate } = input.sides;
  const recovered = (record: SideRecord, found: HiddenQueries | null): SideRecord => {
    if (found === null) return record;
    // What documents asked by their own text are embedded to was not recovered.
    const census = found.census ? withoutScores(record.census) : record.census;
    return { ...record, queries: found.table, census };
  };
  const sides = {
    incumbent: recovered(incumbent, hidden[0]),
    candidate: recovered(candidate, hidden[1]),
  };
  return { ...input, sides };
}
