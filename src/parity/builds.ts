import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { DocumentIndex } from '../corpus/document-index.ts';
import type { Query } from '../corpus/types.ts';
import { recallAt } from '../metrics/metric.ts';
import { ARMS_OF } from '../record/side-of-arm.ts';
import type { Cell, Observation } from '../record/types.ts';
import { mean, sampleSd } from '../stats/moments.ts';
import type { TruthLookup } from '../truth/types.ts';
import { answersOfRows } from './cell/answers.ts';
import {
  CLAIMS,
  differencesByNeed,
  meanOf,
  type QueryScores,
  SIDE_PAIRS,
  servedByNeed,
} from './cell/by-need.ts';
import { queryReferences, scoreQueries } from './cell/query-metrics.ts';
import type { BuildsFinding } from './findings.ts';

interface BuildsInput {
  readonly queries: readonly Query[];
  readonly index: DocumentIndex;
  readonly truth: TruthLookup;
  readonly k: number;
}

/**
 * Recall of several builds of the candidate, each against the incumbent over the same needs; null where it was built
 * once. Bounds of the mean over builds: mean ± t(.95, R − 1) · s / √R. The difference of a build is the lesser of the
 * verdict's two claims: what the incumbent did not give credits no build, what a build did not give is its loss.
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
  const incumbent = asked.filter(({ arm }) => ARMS_OF.incumbent.includes(arm));
  const later = [...rebuilt]
    .sort(([a], [b]) => a - b)
    // Asked once, a build stands against both answers of the incumbent.
    .map(([, rows]) => rows.flatMap((row) => ARMS_OF.candidate.map((arm) => ({ ...row, arm }))));
  const references = queryReferences(input.truth, new Map());
  const builds = [asked.filter(({ arm }) => ARMS_OF.candidate.includes(arm)), ...later].map(
    (rows) => {
      const answers = answersOfRows([...incumbent, ...rows], input.queries, input.index);
      return buildOf(scoreQueries(answers, recallAt(input.k), references));
    },
  );
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

function buildOf(scores: readonly QueryScores[]): BuildsFinding['builds'][number] {
  const [level = null, served = null] = CLAIMS.map((claim) =>
    meanOf(differencesByNeed(scores, SIDE_PAIRS, claim)),
  );
  return {
    recall: meanOf(servedByNeed(scores, ARMS_OF.candidate)),
    difference: lesser(level, served),
  };
}

/** Where no pair has rows of both, a loss as served stays one; a gain would be the incumbent's silence. */
function lesser(level: number | null, served: number | null): number | null {
  if (served === null) return level;
  if (level === null) return served < 0 ? served : null;
  return Math.min(level, served);
}
