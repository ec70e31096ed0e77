import { distancesAt } from '../replay/distance.ts';
import type { SideModel } from '../replay/model.ts';
import type { Replayer } from '../replay/replay.ts';
import { cosine, openSpaces, type Spaces } from '../replay/vectors.ts';
import { buildWorld, type World } from '../replay/world.ts';
import type { AttributionInput, AttributionQuery } from '../types.ts';
import { appearancesOf } from './appearances.ts';
import { fitMetric } from './fit-metric.ts';
import { type HiddenQueries, hiddenQueries } from './hidden-queries.ts';
import { type IdentifiedSide, identifyMetric, identifySide } from './identify.ts';
import type { FittedMetric } from './metric.ts';
import type { IdentifyInput } from './misfit.ts';
import { atPrecision, type Precision } from './precision.ts';
import { relateSpaces, type SpaceRelation } from './spaces.ts';

/** Both sides identified, ready to be replayed. */
export interface Prepared {
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
  const { input, hidden } = withHiddenQueries(given);
  const world = buildWorld(input);
  const queries = answeredByBoth(input);
  const { incumbent, candidate } = input.sides;
  const relation = {
    queries: relateSpaces(incumbent.queries, candidate.queries),
    documents: relateSpaces(incumbent.documents, candidate.documents),
  };
  const comparable = relation.queries.comparable && relation.documents.comparable;
  const { known, heldOut } = halves(queries, input.seed);
  const distance = distancesAt(input.k).get('1 − RBO') ?? (() => 0);
  const own = {
    queries: [incumbent.queries, candidate.queries],
    documents: [incumbent.documents, candidate.documents],
  } as const;
  const inputs = ([0, 1] as const).map(
    (side): IdentifyInput => ({
      world,
      queries,
      known,
      record: side === 0 ? incumbent : candidate,
      side,
      k: input.k,
      distance,
    }),
  );
  const apart = openSpaces(world, queries, {
    queries: relation.queries.same ? [own.queries[0], own.queries[0]] : own.queries,
    documents: relation.documents.same ? [own.documents[0], own.documents[0]] : own.documents,
    own,
  });
  const held = inputs.map((entry) => heldVectors(entry, apart));
  const precisions = held.map(({ precision }) => precision);
  const [first = 'float32', second = 'float32'] = precisions;
  const spaces: Spaces =
    first === 'float32' && second === 'float32'
      ? apart
      : openSpaces(world, queries, {
          queries: relation.queries.same ? [own.queries[0], own.queries[0]] : own.queries,
          documents: [
            atPrecision(own.documents[0], first),
            relation.documents.same && first === second
              ? atPrecision(own.documents[0], first)
              : atPrecision(own.documents[1], second),
          ],
          own,
        });
  const identified = inputs.map((entry, side) => {
    const { precision, metric } = held[side] ?? { precision: 'float32' as const, metric: null };
    return identifySide(entry, spaces, precision, metric ?? identifyMetric(entry, spaces));
  });
  const [one, other] = identified as [IdentifiedSide, IdentifiedSide];
  return {
    input,
    world,
    context: { world, queries, spaces, k: input.k },
    sides: [one, other],
    models: [one.model, other.model],
    relation,
    comparable,
    hidden,
    known,
    heldOut,
  };
}

/** The same record with the vectors that searches embed queries to, where they are not those of the embed route. */
function withHiddenQueries(input: AttributionInput): {
  readonly input: AttributionInput;
  readonly hidden: Prepared['hidden'];
} {
  const { incumbent, candidate } = input.sides;
  if (incumbent.byVector.size + candidate.byVector.size === 0) {
    return { input, hidden: [null, null] };
  }
  const world = buildWorld(input);
  const queries = answeredByBoth(input);
  const own = {
    queries: [incumbent.queries, candidate.queries],
    documents: [incumbent.documents, candidate.documents],
  } as const;
  const spaces = openSpaces(world, queries, { ...own, own });
  const distance = distancesAt(input.k).get('1 − RBO') ?? (() => 0);
  const [one = null, other = null] = [incumbent, candidate].map((record, at) =>
    hiddenQueries(
      { world, queries, known: [], record, side: at === 0 ? 0 : 1, k: input.k, distance },
      spaces,
    ),
  );
  const sides = {
    incumbent: one === null ? incumbent : { ...incumbent, queries: one.table },
    candidate: other === null ? candidate : { ...candidate, queries: other.table },
  };
  return { input: { ...input, sides }, hidden: [one, other] };
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

/** Pairs of query and document that precisions are told apart by. */
const PROBES = 2000;
/** Residual below which float32 noise is all there is to see. */
const NOISE = 5e-7;

/** The metric of a side, and the precision at which its index holds the documents. */
function heldVectors(
  input: IdentifyInput,
  spaces: Spaces,
): { precision: Precision; metric: FittedMetric } {
  const metric = identifyMetric(input, spaces);
  const plain = { precision: 'float32' as const, metric };
  if (metric.accepted && (metric.residual ?? 0) <= NOISE) return plain;
  const { world, record, queries, known, side } = input;
  const appearances = appearancesOf(world, spaces, record, side, queries, known, false).filter(
    ({ row }) => row < world.corpusSize,
  );
  const step = Math.ceil(appearances.length / PROBES);
  const probes = appearances.filter((_, at) => at % Math.max(1, step) === 0);
  const rounded = ownVectors(input);
  let best: { precision: Precision; metric: FittedMetric } = plain;
  for (const precision of ['float16', 'bfloat16', 'int8'] as const) {
    const fitted = fitMetric(
      probes.map(({ pair, row, queryVector }) => ({
        ...pair,
        cosine: cosine(queryVector, rounded(row, precision)),
      })),
    );
    if (fitted === null) continue;
    const before = best.metric.accepted
      ? (best.metric.residual ?? Number.POSITIVE_INFINITY)
      : Number.POSITIVE_INFINITY;
    if ((fitted.residual ?? 0) < before / 3) best = { precision, metric: fitted };
  }
  return best;
}

/** A document's own vector, with its length, after that precision: rounding to float16 depends on the length. */
function ownVectors({
  world,
  record,
}: IdentifyInput): (row: number, precision: Precision) => Float32Array {
  const { ids, dimension, values } = record.documents;
  const at = new Map(ids.map((id, row) => [id, row]));
  return (row, precision) => {
    const from = (at.get(world.keys[row] ?? '') ?? -1) * dimension;
    const vector = from < 0 ? new Float32Array(0) : values.subarray(from, from + dimension);
    return atPrecision({ ids: [''], dimension: vector.length, values: vector }, precision).values;
  };
}
