import { type DocumentIndex, documentIndex } from '../../corpus/document-index.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { InfrastructureError } from '../../errors.ts';
import { recallAt } from '../../metrics/metric.ts';
import { ask, mapConcurrently, type Pair } from '../../observe/ask.ts';
import { answersOfRows, type QueryAnswers } from '../../parity/cell/answers.ts';
import { averageByNeed, meanOf, servedMean } from '../../parity/cell/by-need.ts';
import { queryReferences, type References, scoreQueries } from '../../parity/cell/query-metrics.ts';
import type { Progress } from '../../progress.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import type { Cell, Observation, Side } from '../../record/types.ts';
import { randomStream } from '../../stats/random.ts';
import type { TruthLookup } from '../../truth/types.ts';
import { type EffortAnswer, type FoundEffort, leastEffort } from './least-effort.ts';
import { EFFORTS_FILE, type RecordedEfforts } from './record.ts';

/** What finding efforts needs. */
export interface FindEfforts {
  /** Both sides, patient: nothing is timed. */
  readonly pair: Pair;
  readonly corpus: Corpus;
  readonly cell: Cell;
  /** Queries of the cell. */
  readonly queries: readonly Query[];
  readonly truth: TruthLookup;
  /** Recall that is wanted, or that of the incumbent as it is. */
  readonly target: number | 'incumbent';
  readonly k: number;
  readonly model: string | null;
  readonly seed: number;
  readonly concurrency: number;
  readonly writer: RunWriter;
  /** Answers of the trials that a run which is gone on with has made: the same ones are made again, in the same order. */
  readonly recorded: readonly Observation[];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const MOST_EFFORT = 8192;
const MOST_TRIALS = 16;
/** Failed requests from which an effort counts as one that the backend does not take. */
const REFUSED_SHARE = 0.5;

/**
 * Finds for each side the least effort at which the mean recall of one half of the needs reaches the target, asks the
 * other half once more at it, and writes down what was found. A side without a setting of effort is asked as it is;
 * with the incumbent's own recall for a target, so is the incumbent.
 */
export async function findEfforts(options: FindEfforts): Promise<RecordedEfforts> {
  const { pair, queries, target, cell, writer, progress, signal } = options;
  const needs = [...new Set(queries.map(({ need }) => need))];
  const checkedNeeds = randomStream(options.seed, 'equal recall').sample(
    needs,
    Math.floor(needs.length / 2),
  );
  const isChecked = new Set(checkedNeeds);
  const halves = {
    tried: queries.filter(({ need }) => !isChecked.has(need)),
    checked: queries.filter(({ need }) => isChecked.has(need)),
  };
  const scoring = {
    k: options.k,
    index: documentIndex(options.corpus.collections),
    references: queryReferences(options.truth, new Map()),
  };
  const trials: RecordedEfforts['trials'] = [];
  progress.stage('equal recall', 0);
  const trial = async (side: Side, effort: number | null, half: keyof typeof halves) => {
    const block = trials.length;
    const rows = await askedAt(options, { side, effort, block }, halves[half]);
    const { recall, given } = recallsOf(rows, halves[half], scoring);
    trials.push({ side, block, effort, half, recall });
    const failed = rows.filter(({ outcome }) => outcome !== 'ok').length;
    return { recall, given, isRefused: failed > REFUSED_SHARE * rows.length };
  };
  const ownRecall =
    target === 'incumbent' ? wanted((await trial('incumbent', null, 'tried')).given, cell) : target;
  const found = async (side: Side): Promise<RecordedEfforts['sides'][Side]> => {
    const { effort: effortName } = pair[side].capabilities;
    const isAsItIs = effortName === null || (side === 'incumbent' && target === 'incumbent');
    const answer = async (effort: number): Promise<EffortAnswer> => {
      signal.throwIfAborted();
      const { recall, isRefused } = await trial(side, effort, 'tried');
      progress.remark(`${side} ${effortName} ${effort}: ${recall?.toFixed(4) ?? '–'}`);
      if (isRefused) return 'refused';
      return (recall ?? 0) >= ownRecall ? 'enough' : 'low';
    };
    const best: FoundEffort = isAsItIs
      ? { effort: null, isEnough: await isEnoughAsItIs(side) }
      : await leastEffort({ first: options.k, most: MOST_EFFORT, trials: MOST_TRIALS, answer });
    await trial(side, best.effort, 'checked');
    return { ...best, effortName };
  };
  const isEnoughAsItIs = async (side: Side): Promise<boolean> => {
    if (target === 'incumbent' && side === 'incumbent') return true;
    return ((await trial(side, null, 'tried')).recall ?? 0) >= ownRecall;
  };
  const incumbent = await found('incumbent');
  const candidate = await found('candidate');
  const efforts: RecordedEfforts = {
    target: ownRecall,
    ofIncumbent: target === 'incumbent',
    cell,
    sides: { incumbent, candidate },
    checkedNeeds,
    trials,
  };
  for (const side of ['incumbent', 'candidate'] as const) progress.note(effortLine(efforts, side));
  progress.remark('');
  await writer.writeJson(EFFORTS_FILE, efforts);
  return efforts;
}

async function askedAt(
  { pair, cell, k, model, concurrency, writer, recorded, signal }: FindEfforts,
  at: { readonly side: Side; readonly effort: number | null; readonly block: number },
  queries: readonly Query[],
): Promise<Observation[]> {
  const { side, effort, block } = at;
  const arm = side === 'incumbent' ? 'A' : 'B';
  const key = { phase: 'effort', cell, arm, block } as const;
  if (writer.hasBlock(key)) {
    return recorded.filter((row) => row.arm === arm && row.block === block);
  }
  const place = { ...key, pair: 0, firstTouch: false };
  const rows = await mapConcurrently(queries, concurrency, signal, (query, sequence) =>
    ask(
      pair,
      query,
      { ...place, sequence },
      { k, model, originMs: 0, signal, ...(effort === null ? {} : { effort }) },
    ),
  );
  signal.throwIfAborted();
  await writer.writeObservations(key, rows);
  return rows;
}

/** Mean recall over needs: of all queries, and of the rows that were given, at the depth that each answer reaches. */
function recallsOf(
  rows: readonly Observation[],
  queries: readonly Query[],
  {
    k,
    index,
    references,
  }: { readonly k: number; readonly index: DocumentIndex; readonly references: References },
): { readonly recall: number | null; readonly given: number | null } {
  const answers = answersOfRows(rows, queries, index);
  const meanOver = (over: readonly QueryAnswers[], depth: (answer: QueryAnswers) => number) =>
    meanOf(
      averageByNeed(
        over.flatMap((answer) =>
          scoreQueries([answer], recallAt(depth(answer)), references).map((entry) => ({
            need: entry.need,
            value: servedMean(entry, ['A', 'B']),
          })),
        ),
      ),
    );
  const rowsIn = ({ arms }: QueryAnswers) => (arms.A ?? arms.B)?.keys?.length ?? 0;
  return {
    recall: meanOver(answers, () => k),
    given: meanOver(
      answers.filter((answer) => rowsIn(answer) > 0),
      (answer) => Math.min(k, rowsIn(answer)),
    ),
  };
}

/** The incumbent's own recall: what it did not give would make it easier to reach. */
function wanted(recall: number | null, cell: Cell): number {
  if (recall !== null) return recall;
  throw new InfrastructureError(
    'equal-recall-no-rows',
    `the incumbent gave no row to any query of ${cell} that efforts are tried on, so that it has no recall to be reached`,
    {
      hint: 'name the recall that is wanted, e.g. --equal-recall 0.95, or see why its answers are empty',
    },
  );
}

function effortLine({ target, sides }: RecordedEfforts, side: Side): string {
  const { effort, effortName, isEnough } = sides[side];
  const at = effort === null ? 'as it is' : `${effortName} ${effort}`;
  return `${side}: ${at}${isEnough ? '' : `, which is less recall than ${target.toFixed(4)}`}`;
}
