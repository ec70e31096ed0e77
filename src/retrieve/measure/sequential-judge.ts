import type { GatesConfig } from '../../config/schema.ts';
import { documentIndex } from '../../corpus/document-index.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { gateInSequence } from '../../gate/judge/sequential-gates.ts';
import { marginFor } from '../../gate/margins.ts';
import { type Metric, metricLabel, metricsAt } from '../../metrics/metric.ts';
import { answersByQuery } from '../../parity/cell/answers.ts';
import { CLAIMS } from '../../parity/cell/by-need.ts';
import { queryReferences, scoreQueries } from '../../parity/cell/query-metrics.ts';
import { differencesInOrder, needsInOrder } from '../../parity/cell/sequence.ts';
import type { Cell, Observation } from '../../record/types.ts';
import type { SequentialGate } from '../../stats/decisions/sequential-gate.ts';
import type { TruthLookup } from '../../truth/types.ts';

/** Judges a run while it is measured, block by block. */
export interface SequentialJudge {
  /** Takes quality observations as they come, or those of a run that is gone on with. */
  readonly take: (rows: readonly Observation[]) => void;
  /** Whether the cell's gates on quality have an answer: one of them fails, or all of them pass. */
  readonly isDecided: (cell: Cell) => boolean;
  /** e.g. `search: pass after 664 needs`; null while the cell is undecided. */
  readonly remark: (cell: Cell) => string | null;
}

/** What a sequential judge needs to know of a run. */
export interface SequentialJudgeOptions {
  readonly corpus: Corpus;
  readonly queries: readonly Query[];
  readonly k: number;
  readonly gates: GatesConfig;
  readonly truth: TruthLookup;
  /** What decides; exact neighbours where nothing is said. */
  readonly source?: 'exact' | 'judgments';
  /** Level of each gate; default .05. */
  readonly alpha?: number;
}

const ARMS_OF_A_BLOCK = 4;

interface Watched {
  readonly metric: Metric;
  readonly slice: string | null;
  readonly gate: SequentialGate;
  /** A pass needs every claim of the verdict, a failure one of them. */
  readonly claim: (typeof CLAIMS)[number];
}

interface WatchedCell {
  readonly watched: readonly Watched[];
  /** Rows of blocks that still lack an arm, by block. */
  readonly open: Map<number, Observation[]>;
  /** The block that is judged next: blocks are judged in their order, whatever the order of their ends. */
  next: number;
}

/** Makes a judge; whole blocks alone are judged, so that every arm of a need is known. */
export function sequentialJudge(options: SequentialJudgeOptions): SequentialJudge {
  const { corpus, queries, k, gates, truth, alpha, source } = options;
  const index = documentIndex(corpus.collections);
  const references = queryReferences(truth, corpus.judgments);
  const slices = [...new Set(queries.flatMap((query) => query.slices))];
  const isJudged = (query: Query): boolean =>
    [...(corpus.judgments.get(query.id)?.values() ?? [])].some((grade) => grade > 0);
  const judged = queries.filter(isJudged);
  // Judgments that are not there decide nothing, and must not keep a run from stopping.
  const isDefined = ({ truth: heldAgainst }: Metric, slice: string | null): boolean =>
    heldAgainst !== 'judgments' ||
    judged.some(({ slices: own }) => slice === null || own.includes(slice));
  const cells = new Map<Cell, WatchedCell>();
  const cellOf = (cell: Cell): WatchedCell => {
    const known = cells.get(cell);
    if (known !== undefined) return known;
    const watched = [null, ...slices].flatMap((slice) =>
      metricsAt(k).flatMap((metric): Watched[] => {
        const margin = marginFor(gates, metric, { cell, slice, k });
        if (margin === null || !isDefined(metric, slice)) return [];
        if (source === 'judgments' && metric.truth === 'exact') return [];
        return CLAIMS.map((claim) => ({
          metric,
          slice,
          claim,
          gate: gateInSequence(margin, alpha),
        }));
      }),
    );
    const made: WatchedCell = { watched, open: new Map(), next: 0 };
    cells.set(cell, made);
    return made;
  };

  const judgeBlock = (cell: Cell, rows: readonly Observation[], watched: readonly Watched[]) => {
    const answers = answersByQuery(cell, rows, queries, index);
    const order = needsInOrder(rows, answers);
    for (const { metric, slice, claim, gate } of watched) {
      const inside =
        slice === null ? answers : answers.filter(({ query }) => query.slices.includes(slice));
      const scores = scoreQueries(inside, metric, references);
      for (const difference of differencesInOrder(scores, order, claim)) {
        // A mean of values at the edge may lie one rounding error beyond it.
        gate.add(Math.min(1, Math.max(-1, difference)));
      }
    }
  };

  const isDecided = (cell: Cell): boolean => {
    const state = cellOf(cell);
    for (;;) {
      const rows = state.open.get(state.next);
      if (rows === undefined || new Set(rows.map((row) => row.arm)).size < ARMS_OF_A_BLOCK) break;
      judgeBlock(cell, rows, state.watched);
      state.open.delete(state.next);
      state.next++;
    }
    const { watched } = state;
    return (
      watched.some(({ gate }) => gate.state() === 'fail') ||
      (watched.length > 0 && watched.every(({ gate }) => gate.state() === 'pass'))
    );
  };

  return {
    take: (rows) => {
      for (const row of rows) {
        if (row.phase !== 'quality') continue;
        const { open } = cellOf(row.cell);
        const block = open.get(row.block);
        if (block === undefined) open.set(row.block, [row]);
        else block.push(row);
      }
    },
    isDecided,
    remark: (cell) => {
      if (!isDecided(cell)) return null;
      const { watched } = cellOf(cell);
      const failed = watched.find(({ gate }) => gate.state() === 'fail');
      const last = failed === undefined ? watched : [failed];
      const needs = Math.max(...last.map(({ gate }) => gate.decidedAfter() ?? 0));
      return failed === undefined
        ? `${cell}: every gate on quality passes after ${counted(needs, 'need')}`
        : `${cell}: ${metricLabel(failed.metric)} fails after ${counted(needs, 'need')}`;
    },
  };
}
