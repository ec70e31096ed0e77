import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { DocumentIndex } from '../corpus/document-index.ts';
import type { Query } from '../corpus/types.ts';
import { ARMS_OF, sideOfArm } from '../record/side-of-arm.ts';
import type { Arm, Cell, Observation } from '../record/types.ts';
import { mean, sampleSd } from '../stats/moments.ts';
import type { TruthLookup } from '../truth/types.ts';
import { averageByNeed, meanOf } from './cell/by-need.ts';
import { servedRecall } from './cell/served-recall.ts';
import type { BuildsFinding } from './findings.ts';

interface BuildsInput {
  readonly queries: readonly Query[];
  readonly index: DocumentIndex;
  readonly truth: TruthLookup;
  readonly k: number;
}

/**
 * Recall of several builds of the candidate, each against the incumbent over the same needs; null where it was built
 * once. Bounds of the mean over builds: mean ± t(.95, R − 1) · s / √R.
 */
export function buildsFinding(
  cell: Cell,
  observations: readonly Observation[],
  input: BuildsInput,
): BuildsFinding | null {
  const own = observations.filter((row) => row.cell === cell);
  const rebuilt = Map.groupBy(
    own.filter(({ phase }) => phase === 'build'),
    ({ block }) => block,
  );
  if (rebuilt.size === 0) return null;
  const asked = own.filter(({ phase }) => phase === 'quality');
  const incumbent = recallOf(asked, ARMS_OF.incumbent, input);
  const builds = [
    recallOf(asked, ARMS_OF.candidate, input),
    ...[...rebuilt].sort(([a], [b]) => a - b).map(([, rows]) => recallOf(rows, ['B'], input)),
  ].map((recalls) => {
    const paired = input.queries.flatMap(({ id, need }) => {
      const [a, b] = [incumbent.get(id), recalls.get(id)];
      return a == null || b == null ? [] : [{ need, recall: b, difference: b - a }];
    });
    const of = (key: 'recall' | 'difference') =>
      meanOf(averageByNeed(paired.map((entry) => ({ need: entry.need, value: entry[key] }))));
    return { recall: of('recall'), difference: of('difference') };
  });
  const differences = builds.flatMap(({ difference }) => difference ?? []);
  const centre = mean(differences);
  const sd = sampleSd(differences);
  const n = differences.length;
  const reach = sd === null ? null : (tQuantile(0.95, n - 1) * sd) / Math.sqrt(n);
  return {
    cell,
    k: input.k,
    builds,
    mean: centre,
    sd,
    lower: centre === null || reach === null ? null : centre - reach,
    upper: centre === null || reach === null ? null : centre + reach,
  };
}

/** Mean recall of each query over some arms; a failed request of the candidate scores 0. */
function recallOf(
  rows: readonly Observation[],
  arms: readonly Arm[],
  { queries, ...context }: BuildsInput,
): Map<string, number | null> {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const values = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const query = byId.get(row.queryId);
    if (query === undefined || !arms.includes(row.arm)) continue;
    // What the incumbent failed shows nothing about the candidate.
    if (sideOfArm(row.arm) === 'incumbent' && row.outcome !== 'ok') continue;
    const { recall } = servedRecall(row, query, context);
    values.set(query.id, [...(values.get(query.id) ?? []), recall]);
  }
  return new Map([...values].map(([id, all]) => [id, meanOf(all)]));
}
