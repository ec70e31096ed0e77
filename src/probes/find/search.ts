import { keyOf } from '../../corpus/document-key.ts';
import { counted } from '../../counted.ts';
import { type Metric, metricsAt, recallAt } from '../../metrics/metric.ts';
import {
  claimedDifferences,
  FIRST_PAIR,
  meanOf,
  pairedDifference,
  type QueryScores,
  servedByNeed,
} from '../../parity/cell/by-need.ts';
import { queryReferences, scoreQueries } from '../../parity/cell/query-metrics.ts';
import type { Side } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { RankedSeen, SearchRecord } from '../record/search.ts';
import { compareRates } from './by-rate.ts';
import { compareEnds, ended, isRefusal } from './compare-answers.ts';
import type { CheckState, ProbeCheck, ProbeFindings, ProbeQuality, QueryForm } from './findings.ts';

/** The margin of a metric; null where it is not gated. */
export type MarginOf = (metric: Metric) => number | null;

/** Judges both sides' lists against one exact truth, and the cases where searches differ. */
export function searchFindings(
  record: SearchRecord,
  truth: TruthLookup,
  marginOf: MarginOf,
): ProbeFindings {
  const { k, queries, byText, byVector } = record;
  const takesVectors = offering(byVector);
  const overlaps = byText.map((pair) => overlapOf(pair));
  const overlap = meanOf(overlaps);
  // Which of several tied documents stands at the cut is nobody's mistake.
  const notWorse = scoresAt(recallAt(k), record, byText, byText, truth).filter(
    (entry) =>
      entry.answered.B === true && (pairedDifference(entry, FIRST_PAIR, 'uncredited') ?? -1) >= 0,
  );
  return {
    probe: 'search',
    incumbentPath: record.incumbentPath,
    candidatePath: record.candidatePath,
    agree: notWorse.length,
    of: queries.length,
    remark: `overlap@${k}=${overlap === null ? '–' : (Math.floor(overlap * 1000) / 1000).toFixed(3)}`,
    checks: [
      ...answerChecks('by text', byText),
      ...answerChecks('by vector', byVector),
      ...contractChecks('by text', record, byText),
      ...contractChecks('by vector', record, byVector),
      ...record.depths.map((depth) =>
        depthCheck(depth.queryId, depth.k, Math.min(depth.k, record.documentCount), depth.answers),
      ),
      ...record.edges.map(({ name, mustRefuse, answers }) => edgeCheck(name, mustRefuse, answers)),
    ],
    quality: [
      ...qualityOf({
        asked: 'text',
        record,
        incumbent: byText,
        candidate: byText,
        truth,
        marginOf,
      }),
      ...(takesVectors.candidate
        ? qualityOf({
            asked: takesVectors.incumbent ? 'vector' : 'vector against text',
            record,
            incumbent: takesVectors.incumbent ? byVector : byText,
            candidate: byVector,
            truth,
            marginOf,
          })
        : []),
    ],
    notVerified: [
      'filters and several collections at once',
      'how far the incumbent differs from itself: bench retrieve measures that',
      'vectors that the indexes store: truth is made from what the embed endpoint answers',
      ...(takesVectors.incumbent ? [] : ['raw vectors on the incumbent: it takes text only']),
      ...(takesVectors.candidate ? [] : ['raw vectors on the candidate: it takes text only']),
    ],
  };
}

function offering(pairs: readonly AnswerPair<RankedSeen>[]): Record<Side, boolean> {
  const takes = (side: Side): boolean =>
    pairs.some((pair) => pair[side].outcome !== 'unsupported') && pairs.length > 0;
  return { incumbent: takes('incumbent'), candidate: takes('candidate') };
}

/** Share of documents that both lists hold, of the longer one; two empty lists agree. */
function overlapOf({ incumbent, candidate }: AnswerPair<RankedSeen>): number | null {
  if (incumbent.value === null || candidate.value === null) return null;
  const a = new Set(incumbent.value.ids);
  const b = new Set(candidate.value.ids);
  const longer = Math.max(a.size, b.size);
  return longer === 0 ? 1 : [...a].filter((id) => b.has(id)).length / longer;
}

/** Answers of both sides to one form of the queries, with the truth. */
interface AskedQuality {
  readonly asked: QueryForm;
  readonly record: SearchRecord;
  readonly incumbent: readonly AnswerPair<RankedSeen>[];
  readonly candidate: readonly AnswerPair<RankedSeen>[];
  readonly truth: TruthLookup;
  readonly marginOf: MarginOf;
}

function qualityOf({
  asked,
  record,
  incumbent,
  candidate,
  truth,
  marginOf,
}: AskedQuality): ProbeQuality[] {
  const { k } = record;
  const metrics = metricsAt(k).filter(({ family }) => family === 'recall');
  return metrics.flatMap((metric) => {
    const margin = marginOf(metric);
    if (margin === null) return [];
    const scores = scoresAt(metric, record, incumbent, candidate, truth);
    return [
      {
        metric,
        asked,
        margin,
        incumbentMean: meanOf(servedByNeed(scores, ['A'])),
        candidateMean: meanOf(servedByNeed(scores, ['B'])),
        ...claimedDifferences(scores, FIRST_PAIR),
      },
    ];
  });
}

/** Recall of both sides for every query, as everywhere else. */
function scoresAt(
  metric: Metric,
  { collection, queries }: SearchRecord,
  incumbent: readonly AnswerPair<RankedSeen>[],
  candidate: readonly AnswerPair<RankedSeen>[],
  truth: TruthLookup,
): QueryScores[] {
  const arm = (answer: ProbeAnswer<RankedSeen> | undefined) => ({
    observation: { outcome: answer?.outcome ?? 'unsupported' },
    keys: answer?.value?.ids.map((id) => keyOf(collection, id)) ?? null,
  });
  const answers = queries.map(({ id, need }, at) => ({
    query: { id, need },
    arms: { A: arm(incumbent[at]?.incumbent), B: arm(candidate[at]?.candidate) },
  }));
  return scoreQueries(answers, metric, queryReferences(truth, new Map()));
}

/** How many requests were answered; one check for all of them. */
function answerChecks(name: string, pairs: readonly AnswerPair<RankedSeen>[]): ProbeCheck[] {
  const takes = offering(pairs);
  const answeredBy = (side: Side): number =>
    pairs.filter((pair) => pair[side].value !== null).length;
  const firstFailure = (side: Side): string => {
    const failed = pairs.find((pair) => pair[side].value === null)?.[side];
    return failed === undefined ? '' : `; ${ended(failed)}`;
  };
  const [a, b] = [answeredBy('incumbent'), answeredBy('candidate')];
  const isOffered = takes.incumbent && takes.candidate;
  const failing = (): CheckState => {
    const broken = pairs.map(({ incumbent, candidate }) => ({
      incumbent: incumbent.value === null,
      candidate: candidate.value === null,
    }));
    const { state } = compareRates(broken, { margin: 0, claims: 1, one: 'query' });
    // What the incumbent did not answer was not compared, whoever fails oftener.
    return state === 'different' ? 'different' : 'unanswered';
  };
  return [
    {
      group: 'answers',
      name,
      state: !isOffered
        ? 'not offered'
        : a < pairs.length
          ? failing()
          : b < pairs.length
            ? 'different'
            : 'same',
      incumbent: `${a} of ${pairs.length}${firstFailure('incumbent')}`,
      candidate: `${b} of ${pairs.length}${firstFailure('candidate')}`,
      note: '',
    },
  ];
}

/** A score may rise by this share of the list's greatest one: float noise. */
const RISE_OF_SCALE = 1e-6;

function rises({ similarities }: RankedSeen): boolean {
  const scale = Math.max(0, ...similarities.filter(Number.isFinite).map(Math.abs));
  return similarities.some(
    (value, at) => at > 0 && value > (similarities[at - 1] ?? 0) + RISE_OF_SCALE * scale,
  );
}

/** A rule of a ranked list: by how much its rate may be higher than the incumbent's, and what breaks it. */
interface ListRule {
  readonly name: string;
  readonly margin: number;
  readonly breaks: (seen: RankedSeen) => boolean;
}

function contractChecks(
  name: string,
  { k, documents, collection }: SearchRecord,
  pairs: readonly AnswerPair<RankedSeen>[],
): ProbeCheck[] {
  const known = new Set<string>(documents.ids);
  const rules: readonly ListRule[] = [
    { name: 'more rows than asked for', margin: 0, breaks: ({ ids }) => ids.length > k },
    { name: 'a document twice', margin: 0, breaks: ({ ids }) => new Set(ids).size < ids.length },
    {
      name: 'a document that is not in the corpus',
      margin: 0,
      breaks: ({ ids }) => ids.some((id) => !known.has(keyOf(collection, id))),
    },
    { name: 'scores that rise along the list', margin: 0.001, breaks: rises },
    {
      name: 'a score that is no number',
      margin: 0,
      breaks: ({ similarities }) => !similarities.every(Number.isFinite),
    },
  ];
  if (!pairs.some(({ candidate }) => candidate.value !== null)) return [];
  return rules.map(({ breaks, ...rule }) => {
    const broken = pairs.map(({ incumbent, candidate }) => ({
      incumbent: incumbent.value === null ? null : breaks(incumbent.value),
      candidate: candidate.value === null ? null : breaks(candidate.value),
    }));
    const [a, b] = (['incumbent', 'candidate'] as const).map(
      (side) => broken.filter((pair) => pair[side] === true).length,
    ) as [number, number];
    return {
      group: `contract ${name}`,
      name: rule.name,
      incumbent: counted(a, 'answer'),
      candidate: counted(b, 'answer'),
      ...(b === 0
        ? { state: 'same' as const, note: '' }
        : a === 0
          ? { state: 'different' as const, note: '' }
          : compareRates(broken, {
              margin: rule.margin,
              claims: rules.length,
              one: 'query',
              many: 'queries',
            })),
    };
  });
}

/** At each depth both give as many rows as there are, and at full depth the same documents. */
function depthCheck(
  queryId: string,
  k: number,
  wanted: number,
  pair: AnswerPair<RankedSeen>,
): ProbeCheck {
  const ends = compareEnds(pair);
  const rows = (side: Side): number => pair[side].value?.ids.length ?? 0;
  const shown = (side: Side): string =>
    pair[side].value === null ? ended(pair[side]) : counted(rows(side), 'row');
  const [a, b] = [rows('incumbent'), rows('candidate')];
  const overlap = overlapOf(pair);
  return {
    group: 'depth',
    name: `k = ${k} (${queryId})`,
    ...(ends ?? {
      state: b === a ? 'same' : b === wanted ? 'drift' : 'different',
      note:
        b === a && a !== wanted
          ? `both give other than ${counted(wanted, 'row')}`
          : overlap === null
            ? ''
            : `overlap ${overlap.toFixed(3)}`,
    }),
    incumbent: shown('incumbent'),
    candidate: shown('candidate'),
  };
}

function edgeCheck(name: string, mustRefuse: boolean, pair: AnswerPair<RankedSeen>): ProbeCheck {
  const { incumbent, candidate } = pair;
  const shown = (answer: ProbeAnswer<RankedSeen>): string =>
    answer.value === null ? ended(answer) : counted(answer.value.ids.length, 'row');
  const gives = (answer: ProbeAnswer<RankedSeen>): boolean => (answer.value?.ids.length ?? 0) > 0;
  const check = {
    group: 'edge',
    name,
    incumbent: shown(incumbent),
    candidate: shown(candidate),
  };
  if (mustRefuse && (gives(candidate) || gives(incumbent))) {
    return { ...check, state: 'violation', note: 'rows for a request that has no answer' };
  }
  const ends = compareEnds(pair);
  if (ends !== null) {
    const isEmptyInstead =
      ends.state === 'different' &&
      [incumbent, candidate].some(isRefusal) &&
      !gives(incumbent) &&
      !gives(candidate) &&
      [incumbent, candidate].every((answer) => isRefusal(answer) || answer.outcome === 'ok');
    return isEmptyInstead
      ? { ...check, state: 'drift', note: 'one side refuses it, the other gives an empty list' }
      : { ...check, ...ends };
  }
  return gives(incumbent) === gives(candidate)
    ? { ...check, state: 'same', note: '' }
    : { ...check, state: 'different', note: 'only one side gives rows' };
}
