import type { CorpusMetric } from '../../corpus/types.ts';
import type { VectorTable } from '../../record/types.ts';
import { definedMean, mean } from '../../stats/moments.ts';
import { quantileType7OfSorted, sorted } from '../../stats/quantiles.ts';
import { randomStream } from '../../stats/random.ts';
import { exactTopK } from '../exact.ts';
import { longestSquareOf, type MetricSpace, metricSpace, squareOf } from '../metric-space.ts';
import type { TruthList } from '../types.ts';
import { distancesBetween } from './distances.ts';
import { type Hubness, hubnessOf } from './hubness.ts';
import { localIntrinsicDimension } from './intrinsic-dimension.ts';

/** Neighbours from which the local intrinsic dimension is estimated. */
const NEIGHBOURS = 100;
/** Documents that are drawn to ask for their own nearest ones, and to know the distance of any two. */
const SAMPLE = 1000;

/** Least value, quartiles and greatest value; null where there is none. */
export interface Spread {
  readonly count: number;
  readonly least: number | null;
  readonly lower: number | null;
  readonly median: number | null;
  readonly upper: number | null;
  readonly greatest: number | null;
}

/** How hard a corpus is for an approximate index, from its vectors and exact lists. */
export interface CorpusHardness {
  readonly documentCount: number;
  readonly queryCount: number;
  readonly dimension: number;
  readonly metric: CorpusMetric;
  readonly k: number;
  /** Local intrinsic dimension around each query, from its 100 nearest documents. */
  readonly intrinsicDimension: Spread;
  /** Mean distance of a query to any document over its distance to the nearest one (He, Kumar & Chang, ICML 2012). */
  readonly relativeContrast: number | null;
  readonly hubness: Hubness;
  /** Share of queries whose k-th and (k + 1)-th document are as near as each other, to 10⁻⁶. */
  readonly tiedAtK: number | null;
  /** Distance between rank k and k + 1, in cosines of the metric's space. */
  readonly marginAtK: Spread;
  /** Lengths of the documents' vectors. */
  readonly norms: Spread;
  /**
   * How far queries lie from the documents: the median distance of a query to its nearest document, over that of a
   * document to its nearest other one. About 1: queries lie as documents do; above: out of distribution, where
   * graphs need more effort (Jaiswal et al., OOD-DiskANN, 2022).
   */
  readonly queryDistance: number | null;
}

/** What is described. */
export interface HardnessInput {
  /** Ids are keys. */
  readonly documents: VectorTable;
  readonly queries: VectorTable;
  readonly metric: CorpusMetric;
  readonly k: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** What the description rests on, for later steps. */
export interface DescribedCorpus {
  readonly hardness: CorpusHardness;
  readonly space: MetricSpace;
  readonly lists: readonly TruthList[];
}

/**
 * Describes a corpus without looking at filters. Distances of `cosine` and `dot` are those between normalised
 * vectors.
 * @throws UsageError as `exactTopK`; the signal's reason.
 */
export async function describeCorpus(input: HardnessInput): Promise<DescribedCorpus> {
  const { documents, queries, metric, k, seed, signal } = input;
  const space = metricSpace(metric, longestSquareOf(documents));
  const inSpace = { documents: space.documents(documents), queries: space.queries(queries) };
  const stop = signal === undefined ? {} : { signal };
  const kPrime = Math.max(NEIGHBOURS, k + 1);
  const { lists } = await exactTopK({ ...inSpace, kPrime, ...stop });
  const random = randomStream(seed, 'hardness');
  const drawn = Array.from({ length: Math.min(SAMPLE, documents.ids.length) }, () =>
    random.below(documents.ids.length),
  );
  const rowOf = new Map(documents.ids.map((key, row) => [key, row]));
  const between = distancesBetween(queries, documents, metric);
  const nearestOf = lists.map(({ keys }, query) => {
    const row = rowOf.get(keys[0] ?? '');
    return row === undefined ? null : between(query, row);
  });
  const anyDistance = definedMean(
    queries.ids.flatMap((_, query) => drawn.slice(0, 100).map((row) => between(query, row))),
  );
  const nearest = definedMean(nearestOf).mean;
  const own = await ownNearest(input, { space, inSpace: inSpace.documents, rowOf }, drawn, stop);
  const margins = marginsOf(lists, k);
  return {
    space,
    lists,
    hardness: {
      documentCount: documents.ids.length,
      queryCount: queries.ids.length,
      dimension: documents.dimension,
      metric,
      k,
      intrinsicDimension: spreadOf(
        lists.map(({ keys }, query) =>
          localIntrinsicDimension(
            keys
              .slice(0, NEIGHBOURS)
              .map((key) => between(query, rowOf.get(key) ?? -1) ?? 0)
              .sort((a, b) => a - b),
          ),
        ),
      ),
      relativeContrast:
        anyDistance.mean === null || nearest === null || nearest === 0
          ? null
          : anyDistance.mean / nearest,
      hubness: hubnessOf(
        lists.map(({ keys }) => keys.slice(0, k)),
        documents.ids.length,
      ),
      tiedAtK: mean(margins.flatMap((margin) => (margin === null ? [] : [margin <= 1e-6 ? 1 : 0]))),
      marginAtK: spreadOf(margins),
      norms: spreadOf(
        documents.ids.map((_, row) =>
          Math.sqrt(squareOf(documents.values, row, documents.dimension)),
        ),
      ),
      queryDistance: ratio(spreadOf(nearestOf).median, spreadOf(own).median),
    },
  };
}

/** Distance between rank k and k + 1 of each list; null where there is no rank k + 1. */
function marginsOf(lists: readonly TruthList[], k: number): (number | null)[] {
  return lists.map(({ scores }) => {
    const [at, below] = [scores[k - 1], scores[k]];
    return at === undefined || below === undefined ? null : at - below;
  });
}

/** Documents as they were searched, with the row of each. */
interface SearchedDocuments {
  readonly space: MetricSpace;
  readonly inSpace: VectorTable;
  readonly rowOf: ReadonlyMap<string, number>;
}

/** Distance of each drawn document to its nearest other one. */
async function ownNearest(
  { documents, metric }: HardnessInput,
  { space, inSpace, rowOf }: SearchedDocuments,
  drawn: readonly number[],
  stop: { readonly signal?: AbortSignal },
): Promise<(number | null)[]> {
  const { dimension } = documents;
  const values = new Float32Array(drawn.length * dimension);
  for (const [at, row] of drawn.entries()) {
    values.set(documents.values.subarray(row * dimension, (row + 1) * dimension), at * dimension);
  }
  const asked = { ids: drawn.map((_, at) => String(at)), dimension, values };
  const { lists } = await exactTopK({
    documents: inSpace,
    queries: space.queries(asked),
    kPrime: 2,
    ...stop,
  });
  const between = distancesBetween(asked, documents, metric);
  return lists.map(({ keys }, at) => {
    const other = keys.find((key) => rowOf.get(key) !== drawn[at]);
    const row = other === undefined ? undefined : rowOf.get(other);
    return row === undefined ? null : between(at, row);
  });
}

function ratio(one: number | null, other: number | null): number | null {
  return one === null || other === null || other === 0 ? null : one / other;
}

/** Quartiles of the values that are defined (Hyndman & Fan, type 7). */
function spreadOf(values: readonly (number | null)[]): Spread {
  const ordered = sorted(values.filter((value) => value !== null));
  const at = (q: number) => quantileType7OfSorted(ordered, q);
  return {
    count: ordered.length,
    least: at(0),
    lower: at(0.25),
    median: at(0.5),
    upper: at(0.75),
    greatest: at(1),
  };
}
