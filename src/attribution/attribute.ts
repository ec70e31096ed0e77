import { componentFindings, differing } from './components.ts';
import { established } from './established.ts';
import { evidenceOf } from './evidence.ts';
import { type Prepared, prepareAttribution } from './identify/prepare.ts';
import { exchangesNearTies, isNearlyAlike } from './near-ties.ts';
import { remarksOf } from './remarks.ts';
import type { QueryDistance } from './replay/distance.ts';
import { answerRows } from './replay/world.ts';
import { tellingMeasure } from './telling.ts';
import type {
  AttributionFinding,
  AttributionInput,
  Component,
  Measure,
  MeasureAttribution,
} from './types.ts';
import { unexplainedPattern } from './unexplained.ts';
import { coalitionValues } from './value/coalition-values.ts';
import { measureAttribution } from './value/measure-attribution.ts';

/** Queries whose documents are listed as evidence. */
const EVIDENCE_QUERIES = 10;
const EVIDENCE_ROWS = 60;

/** An attribution with what it was made from, for those who show single queries. */
export interface Attributed {
  readonly finding: AttributionFinding;
  readonly prepared: Prepared;
  readonly players: readonly Component[];
}

/**
 * Splits the disagreement of two sides into the components that cause it: exact Shapley values over replays
 * that reproduce held-out answers of both sides. Where the replays do not, the answer is `unexplained`.
 */
export function attribute(input: AttributionInput): Attributed {
  const prepared = prepareAttribution(input);
  const players = differing(prepared);
  const { distances } = prepared;
  const observed = new Map(
    [...distances].map(([measure, distance]) => [measure, observedDistances(prepared, distance)]),
  );
  const coalitions = coalitionValues(prepared, players);
  const measures = [...distances].map(([measure, distance]) =>
    measureAttribution({
      prepared,
      players,
      measure,
      distance,
      observed: observed.get(measure) ?? [],
      coalition: coalitions.get(measure),
    }),
  );
  const totalOf = (wanted: Measure) =>
    measures.find(({ measure }) => measure === wanted)?.total ?? 0;
  const nearTies =
    isNearlyAlike({ overlap: totalOf('1 − overlap'), rbo: totalOf('1 − RBO') }) &&
    exchangesNearTies(input);
  const disagreeing = nearTies ? [] : measures.filter(({ total }) => total > 0);
  const faithful = disagreeing.some(({ accepted }) => accepted);
  const status =
    disagreeing.length === 0 ? 'nothing to explain' : faithful ? 'explained' : 'unexplained';
  const { queries } = prepared.context;
  return {
    prepared,
    players,
    finding: {
      status,
      sentence: sentenceOf(status, measures),
      queries: queries.length,
      representing: Math.round(queries.reduce((sum, { weight }) => sum + weight, 0)),
      components: established(
        componentFindings(prepared),
        prepared,
        faithful || disagreeing.length === 0,
      ),
      measures,
      evidence: worstQueries(
        observed.get(tellingMeasure(measures)?.measure ?? '1 − RBO') ?? [],
        EVIDENCE_QUERIES,
      )
        .flatMap((query) => evidenceOf(prepared, players, query, faithful))
        .slice(0, EVIDENCE_ROWS),
      remarks: [
        ...remarksOf(prepared),
        ...(status === 'unexplained' ? unexplainedPattern(prepared) : []),
      ],
    },
  };
}

/** Indexes of the queries that disagree most, worst first. */
export function worstQueries(distances: readonly number[], count: number): number[] {
  return distances
    .map((value, query) => ({ value, query }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.query - b.query)
    .slice(0, count)
    .map(({ query }) => query);
}

/** δ(O_A, O_B) of every query. */
export function observedDistances(prepared: Prepared, distance: QueryDistance): number[] {
  const { world, input, context } = prepared;
  return context.queries.map(({ id }, query) =>
    distance(
      query,
      answerRows(world, input.sides.incumbent.answers.get(id)),
      answerRows(world, input.sides.candidate.answers.get(id)),
    ),
  );
}

function sentenceOf(
  status: AttributionFinding['status'],
  measures: readonly MeasureAttribution[],
): string {
  if (status === 'nothing to explain') {
    return measures.every(({ total }) => total === 0)
      ? 'The answers agree, apart at most from the order of equally near documents.'
      : 'The answers hold the same documents, and their order differs by near ties alone.';
  }
  if (status === 'unexplained') {
    const [first] = measures;
    const worse =
      (first?.fidelity.incumbent ?? 0) > (first?.fidelity.candidate ?? 0)
        ? 'incumbent'
        : 'candidate';
    return `Unexplained: no replay reproduces the answers of the ${worse}, so no component is named.`;
  }
  const told = tellingMeasure(measures);
  const top = told?.shares.filter(({ share }) => (share ?? 0) >= 0.05) ?? [];
  const causes = top
    .map(({ component, share }) => `${component} ${((share ?? 0) * 100).toFixed(0)}%`)
    .join(', ');
  const repair =
    told?.repair === null || told?.repair === undefined || told.repair.length === 0
      ? ''
      : `; to fix: ${told.repair.join(' and ')}`;
  return `${causes === '' ? 'No component' : causes} of what is explained of ${told?.measure}${repair}.`;
}
