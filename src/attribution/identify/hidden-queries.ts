import { scoreDriftOfPairs } from '../../metrics/scores/score-drift.ts';
import type { VectorTable } from '../../record/types.ts';
import { medianOf } from '../../stats/quantiles.ts';
import {
  type Appearance,
  appearancesOf,
  censusAppearances,
  claimedCosine,
  fits,
} from '../fit/appearances.ts';
import { fitMetric, NAMED_COSINES } from '../fit/fit-metric.ts';
import type { IdentifyInput } from '../fit/misfit.ts';
import { project, ridgeFit, rootMeanSquare, unit, unitKeeping } from '../fit/ridge.ts';
import type { FittedMetric } from '../replay/metric.ts';
import { cosine, type Spaces } from '../replay/vectors.ts';

/** Vectors that a side's search embeds its queries to, where they are not those of its embed route. */
export interface HiddenQueries {
  readonly table: VectorTable;
  /** Queries whose vector was recovered from scores. */
  readonly recovered: number;
  /** Queries that are answered otherwise by text, and whose vector could not be recovered. */
  readonly lost: number;
  /** Whether documents that are asked by their own text are embedded otherwise as well. */
  readonly census: boolean;
}

/** Cosine from which a recovered vector is another query's: then the answer is that query's, and not this one's. */
const OTHERS = 0.9995;
/** Share of the queries with other scores whose vector must be recovered where no answer by vector bears it out. */
const MOST = 0.5;
/** Share of the error of a shift and scale of the scores that a vector may leave: codes are shifted, and no vector's. */
const PLAINER = 0.8;
/** Queries that the form of the scores is told by. */
const PROBES = 12;

/**
 * Finds queries that a side embeds otherwise on its way to a search than on its embed route: by text they are answered
 * with scores that their vector does not give, and by that vector, where the side takes vectors, with scores that it
 * does. The vector behind the text is fitted to two thirds of the scores and accepted where the rest bear it out and
 * no other query has it. Null where nothing of the kind is seen.
 *
 * @param plain the metric of most of the side's scores, where one gives them
 * @param others the metric of the other side's scores
 */
export function hiddenQueries(
  input: IdentifyInput,
  spaces: Spaces,
  plain: FittedMetric | null,
  others: FittedMetric | null,
): HiddenQueries | null {
  const { record, side, queries } = input;
  const byText = grouped(seenBy(input, spaces, 'text'));
  const byVector = seenBy(input, spaces, 'vector');
  const metrics =
    byVector.length > 0
      ? [fitMetric(byVector.map(({ pair }) => pair))]
      : plain !== null
        ? [plain]
        : [others, ...NAMED_COSINES];
  const probes = [...byText].slice(0, PROBES);
  const [metric] = metrics
    .flatMap((one) => (one?.kind === 'cosine' ? [one] : []))
    .map((one) => ({
      one,
      found: probes.flatMap(
        ([query, seen]) => vectorBehind(one, seen, spaces, input, query)?.error ?? [],
      ),
    }))
    .sort((a, b) => b.found.length - a.found.length || middle(a.found) - middle(b.found));
  if (metric === undefined) return null;
  const asked = grouped(byVector);
  const otherwise = [...byText].filter(
    ([query, seen]) =>
      misfits(metric.one, seen) >= 0.5 &&
      (byVector.length === 0 || misfits(metric.one, asked.get(query) ?? []) <= 0.1),
  );
  const behind = new Map(
    otherwise.flatMap(([query, seen]): [number, Float32Array][] => {
      const found = vectorBehind(metric.one, seen, spaces, input, query);
      return found === null ? [] : [[query, found.vector]];
    }),
  );
  for (const query of shared(behind, (of) => spaces.queryVector(of, side))) behind.delete(query);
  const [recovered, lost] = [behind.size, otherwise.length - behind.size];
  const least = byVector.length > 0 ? 0 : MOST * otherwise.length;
  if (otherwise.length === 0 || recovered < least) return null;
  const census = misfits(metric.one, censusAppearances({ ...input, spaces })) > 0.5;
  const table = withVectors(record.queries, (id) => {
    const query = queries.findIndex((one) => one.id === id);
    const length = spaces.queryNorm(query, side);
    return behind.get(query)?.map((value) => value * length);
  });
  return { table, recovered, lost, census };
}

/** Queries that share a recovered vector with another of other words: one answer was given to both. */
function shared(
  behind: ReadonlyMap<number, Float32Array>,
  own: (query: number) => Float32Array,
): Set<number> {
  const found = new Set<number>();
  for (const [query, vector] of behind) {
    for (const [other, beside] of behind) {
      if (other >= query || cosine(vector, beside) <= OTHERS) continue;
      if (cosine(own(query), own(other)) <= OTHERS) found.add(query).add(other);
    }
  }
  return found;
}

function withVectors(
  table: VectorTable,
  of: (id: string) => Float32Array | undefined,
): VectorTable {
  const values = table.values.slice();
  for (const [row, id] of table.ids.entries()) {
    const vector = of(id);
    if (vector !== undefined) values.set(vector, row * table.dimension);
  }
  return { ...table, values };
}

function middle(values: readonly number[]): number {
  return medianOf(values) ?? Number.POSITIVE_INFINITY;
}

function seenBy(input: IdentifyInput, spaces: Spaces, by: 'text' | 'vector'): Appearance[] {
  const { record, queries, world } = input;
  const none = new Map<string, never>();
  const only =
    by === 'text' ? { ...record, byVector: none } : { ...record, answers: none, deep: none };
  const everyone = queries.map((_, query) => query);
  return appearancesOf({ ...input, spaces, record: only }, everyone).filter(
    ({ row }) => row < world.corpusSize,
  );
}

function vectorBehind(
  metric: FittedMetric,
  appearances: readonly Appearance[],
  spaces: Spaces,
  { record, side, queries }: IdentifyInput,
  query: number,
): { readonly vector: Float32Array; readonly error: number } | null {
  const claims = appearances.map((appearance) => ({
    vector: spaces.documentVector(appearance.row, side),
    own: appearance.pair.cosine,
    claimed: claimedCosine(metric, appearance),
  }));
  const test = claims.filter((_, at) => at % 3 === 2);
  const train = claims.filter((_, at) => at % 3 !== 2);
  const [first] = appearances;
  if (test.length < 2 || first === undefined || misfits(metric, appearances) < 0.5) return null;
  const before = rootMeanSquare(test.map(({ own, claimed }) => claimed - own));
  const prior = unit(first.queryVector);
  let best: { error: number; ridge: number } | null = null;
  for (const ridge of [1e-6, 1e-4, 1e-2]) {
    const vector = ridgeFit(train, prior, ridge);
    const error = rootMeanSquare(
      test.map((claim) => claim.claimed - project(claim.vector, vector)),
    );
    if (best === null || error < best.error) best = { error, ridge };
  }
  if (best === null || best.error > before / 3) return null;
  // Where answers by vector bear out the metric, nothing shifts its scores.
  const isBorneOut = record.byVector.size > 0;
  if (!isBorneOut && best.error > PLAINER * errorOfLine(train, test)) return null;
  const vector = unitKeeping(ridgeFit(claims, prior, best.ridge), claims);
  const isOthers = queries.some(
    (_, other) => other !== query && cosine(vector, spaces.queryVector(other, side)) > OTHERS,
  );
  return isOthers ? null : { vector, error: best.error };
}

/** Error over some claims of the line of the claimed cosines on the own ones: what any shift or scale would explain. */
function errorOfLine(
  train: readonly { readonly own: number; readonly claimed: number }[],
  test: readonly { readonly own: number; readonly claimed: number }[],
): number {
  const { slope, intercept } = scoreDriftOfPairs(
    train.map(({ own }) => own),
    train.map(({ claimed }) => claimed),
  );
  return rootMeanSquare(
    test.map(({ own, claimed }) => claimed - (slope ?? 1) * own - (intercept ?? 0)),
  );
}

function grouped(appearances: readonly Appearance[]): Map<number, Appearance[]> {
  const groups = new Map<number, Appearance[]>();
  for (const appearance of appearances) {
    const group = groups.get(appearance.query);
    if (group === undefined) groups.set(appearance.query, [appearance]);
    else group.push(appearance);
  }
  return groups;
}

function misfits(metric: FittedMetric, appearances: readonly Appearance[]): number {
  if (appearances.length === 0) return 1;
  return appearances.filter((one) => !fits(metric, one)).length / appearances.length;
}
