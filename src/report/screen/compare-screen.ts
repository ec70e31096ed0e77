import { stateOfGates } from '../../gate/change-gates.ts';
import type { GateResult } from '../../gate/verdict.ts';
import { type Metric, metricLabel } from '../../metrics/metric.ts';
import type { RunComparison } from '../../parity/compare-runs.ts';
import type { Content } from '../model.ts';
import { count, difference, id, metric, prose, text, things, toneOf } from '../spans.ts';
import { gateClaim } from './claims.ts';
import type { Screen } from './screen.ts';

const LOSSES = 5;
const METRICS = 8;
const TEXT_LENGTH = 40;

/** What the screen of a comparison is made from; `gates` is empty where nothing was judged. */
export interface CompareScreen {
  readonly comparison: RunComparison;
  readonly gates: readonly GateResult[];
  /** The metric whose losses are told first. */
  readonly listed: Metric;
  /** The later run as one types it. */
  readonly run: string;
  readonly program: string;
}

/** Two stored runs on one screen: the change of the candidate, and the queries that lost most. */
export function compareScreen(parts: CompareScreen): Screen {
  const { comparison, gates, listed, run, program } = parts;
  const { matched, queries, metrics } = comparison;
  const state = gates.length === 0 ? 'informational' : stateOfGates(gates);
  const ofCandidate = metrics.filter(({ side }) => side === 'candidate');
  const losses = queries.filter(
    (entry) =>
      entry.side === 'candidate' &&
      entry.difference < 0 &&
      metricLabel(entry.metric) === metricLabel(listed),
  );
  const passed = gates.filter((gate) => gate.state === 'pass').length;
  const worse = ofCandidate.filter(({ delta }) => (delta.upper ?? 0) < 0).length;
  return {
    state,
    tone: toneOf(state),
    isPartial: false,
    sentence:
      gates.length === 0
        ? prose`of ${things(ofCandidate.length, 'metric')} of the candidate ${count(worse)} became surely worse, over ${things(matched, 'query', 'queries')} that both runs asked.`
        : prose`${count(passed)} of ${things(gates.length, 'gate passes', 'gates pass')}, over ${things(matched, 'query', 'queries')} that both runs asked.`,
    claims: gates.map(gateClaim),
    parts: [
      {
        title: 'Candidate, first run → second run',
        lines: ofCandidate
          .slice(0, METRICS)
          .map(
            ({ cell, metric: of, first, second, delta }): Content =>
              prose`${[metricLabel(of).padEnd(20)]} ${[cell.padEnd(9)]} ${metric(first)} → ${metric(second)}  ${difference(delta.mean)}`,
          ),
        isOptional: false,
      },
      ...(losses.length === 0
        ? []
        : [
            {
              title: `Lost most ${metricLabel(listed)}`,
              lines: losses
                .slice(0, LOSSES)
                .map(
                  (entry): Content =>
                    prose`${id('query', entry.queryId)} of ${[entry.cell]}: ${metric(entry.first)} → ${metric(entry.second)}  ${text(entry.text, TEXT_LENGTH)}`,
                ),
              isOptional: true,
            },
          ]),
    ],
    notVerified: [],
    next: [
      losses[0] === undefined
        ? `${program} baseline add ${run}`
        : `${program} explain ${run} ${losses[0].queryId}`,
    ],
    report: null,
  };
}
