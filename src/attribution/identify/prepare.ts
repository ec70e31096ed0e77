import type { IdentifyInput } from '../fit/misfit.ts';
import { identifyMetric, isSure, metricOfSome } from '../fit/side-metric.ts';
import { distancesAt } from '../replay/distance.ts';
import type { FittedMetric } from '../replay/metric.ts';
import type { SideModel } from '../replay/model.ts';
import { type Codec, PLAIN } from '../replay/precision.ts';
import type { Replayer } from '../replay/replay.ts';
import { openSpaces, type Spaces, type SpaceTables } from '../replay/vectors.ts';
import { buildWorld, type World } from '../replay/world.ts';
import type { AttributionInput, AttributionQuery, RankedAnswer, SideRecord } from '../types.ts';
import { approximateMetric } from './approximate.ts';
import { heldVectors } from './held.ts';
import { type HiddenQueries, hiddenQueries } from './hidden-queries.ts';
import { type IdentifiedSide, identifySide, metricByOrder } from './identify.ts';
import { relateSpaces, type SpaceRelation } from './spaces.ts';

/** Both sides identified, ready to be replayed. */
export interface Prepared {
  /** The record as it was given. */
  readonly given: AttributionInput;
  /** The same with query vectors that were recovered from scores. */
  readonly input: AttributionInput;
  readonly world: World;
  readonly context: Replayer;
  readonly sides: readonly [IdentifiedSide, IdentifiedSide];
  readonly models: readonly [SideModel, SideModel];
  readonly relation: { readonly queries: SpaceRelation; readonly documents: SpaceRelation };
  /** Whether the two spaces can be mixed. */
  readonly comparable: boolean;
  /** Queries that a side's search embeds otherwise than its embed route, by side. */
  readonly hidden: readonly [HiddenQueries | null, HiddenQueries | null];
  readonly known: readonly number[];
  readonly heldOut: readonly number[];
}

/** Identifies both sides from half of the queries, drawn by the seed; the other half is held out. */
export function prepareAttribution(given: AttributionInput): Prepared {
  const world = buildWorld(given);
  const queries = answeredByBoth(given);
  const { known, heldOut } = halves(queries, given.seed);
  const distance = distancesAt(given.k).get('1 − RBO') ?? (() => 0);
  const looked = (input: AttributionInput): Looked => {
    const { incumbent, candidate } = input.sides;
    const inputs = ([0, 1] as const).map(
      (side): IdentifyInput => ({
        world,
        queries,
        known,
        heldOut,
        collections: input.collections,
        record: side === 0 ? incumbent : candidate,
        side,
        k: input.k,
        distance,
      }),
    ) as [IdentifyInput, IdentifyInput];
    const own = {
      queries: [incumbent.queries, candidate.queries],
      documents: [incumbent.documents, candidate.documents],
    } as const;
    const relation = {
      queries: relateSpaces(...own.queries),
      documents: relateSpaces(...own.documents),
    };
    const tables = {
      queries: relation.queries.same ? ([own.queries[0], own.queries[0]] as const) : own.queries,
      documents: relation.documents.same
        ? ([own.documents[0], own.documents[0]] as const)
        : own.documents,
      own,
    };
    return { input, inputs, relation, tables, spaces: openSpaces(world, queries, tables) };
  };
  const first = looked(given);
  const hidden = hiddenOf(first);
  const { input, inputs, relation, tables, spaces } = hidden.every((side) => side === null)
    ? first
    : looked(withRecovered(given, hidden));
  const scores = inputs.map((entry) => scoresOf(entry, spaces)) as [Scores, Scores];
  const codecs = [scores[0].codec, scores[1].codec] as const;
  const coded = codecs.every((codec) => codec === PLAIN)
    ? spaces
    : openSpaces(world, queries, { ...tables, codecs });
  const [one, other] = inputs.map((entry, side) => {
    const { codec, metric } = scores[side === 0 ? 0 : 1];
    return identifySide(entry, coded, codec, metric ?? metricByOrder(entry, coded));
  }) as [IdentifiedSide, IdentifiedSide];
  return {
    given,
    input,
    world,
    context: { world, queries, spaces: coded, k: input.k },
    sides: [one, other],
    models: [one.model, other.model],
    relation,
    comparable: relation.queries.comparable && relation.documents.comparable,
    hidden,
    known,
    heldOut,
  };
}

/** A record with what is looked up in it. */
interface Looked {
  readonly input: AttributionInput;
  readonly inputs: readonly [IdentifyInput, IdentifyInput];
  readonly relation: Prepared['relation'];
  readonly tables: SpaceTables;
  readonly spaces: Spaces;
}

function hiddenOf({ inputs, spaces }: Looked): Prepared['hidden'] {
  const [a, b] = inputs;
  const [one, other] = [identifyMetric(a, spaces), identifyMetric(b, spaces)];
  return [hiddenQueries(a, spaces, one, other), hiddenQueries(b, spaces, other, one)];
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

function withoutScores(answers: ReadonlyMap<string, RankedAnswer>): Map<string, RankedAnswer> {
  return new Map([...answers].map(([key, answer]) => [key, { ...answer, scores: [] }]));
}

/** The codes that a side compares and the metric of its scores; null where nothing gives them. */
interface Scores {
  readonly codec: Codec;
  readonly metric: FittedMetric | null;
}

function scoresOf(input: IdentifyInput, spaces: Spaces): Scores {
  const plain = identifyMetric(input, spaces);
  const held = heldVectors(input, spaces, plain);
  if (held !== null) return held;
  if (plain !== null && isSure(plain)) return { codec: PLAIN, metric: plain };
  const metric = approximateMetric(input, spaces) ?? plain ?? metricOfSome(input, spaces);
  return { codec: PLAIN, metric };
}

function answeredByBoth({ queries, sides }: AttributionInput): AttributionQuery[] {
  const embedded = [sides.incumbent, sides.candidate].map(
    ({ queries: table }) => new Set(table.ids),
  );
  return queries.filter(
    ({ id }) =>
      sides.incumbent.answers.has(id) &&
      sides.candidate.answers.has(id) &&
      embedded.every((ids) => ids.has(id)),
  );
}

/** Two halves by a hash of the query's id: adding queries does not move the others. */
function halves(
  queries: readonly AttributionQuery[],
  seed: number,
): { known: number[]; heldOut: number[] } {
  const order = queries
    .map(({ id }, query) => ({ query, hash: hashOf(`${seed} ${id}`) }))
    .sort((a, b) => a.hash - b.hash || a.query - b.query)
    .map(({ query }) => query);
  const middle = Math.ceil(order.length / 2);
  const ascending = (a: number, b: number): number => a - b;
  return {
    known: order.slice(0, middle).sort(ascending),
    heldOut: order.slice(order.length === 1 ? 0 : middle).sort(ascending),
  };
}

/** FNV-1a, with the last bits spread. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
