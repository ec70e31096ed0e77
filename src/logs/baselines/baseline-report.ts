import { key, left, paragraph, reportOf, right, row, section, table } from '../../report/blocks.ts';
import type { Column, Content, NumberStyle, ReportDocument, Table } from '../../report/model.ts';
import {
  bounds,
  count,
  MISSING,
  numeral,
  prose,
  sentence,
  setting,
  state,
  text,
  things,
} from '../../report/spans.ts';
import type { LimitResult } from './check.ts';
import type { FigureDrift } from './drift.ts';
import { PREDICTION_RUNS } from './drift.ts';
import type { ReadEntry } from './entry.ts';

/** Figures of any magnitude, as short as they can be. */
const FIGURE: NumberStyle = { unit: 'metric', precision: { significant: 8 }, signed: false };
const DIFFERENCE: NumberStyle = { unit: 'difference', precision: { significant: 4 }, signed: true };
const CHANGE: NumberStyle = { ...DIFFERENCE, unit: 'change' };

/** The drift of every figure, below what is compared with what; changes of a zero baseline are absolute. */
export function baselineDriftReport(
  title: string,
  rows: readonly FigureDrift[] | null,
): ReportDocument {
  return reportOf([
    section('drift', null, [
      paragraph(sentence(title)),
      ...(rows === null ? [] : [driftTable(rows)]),
    ]),
  ]);
}

function driftTable(rows: readonly FigureDrift[]): Table {
  return table(
    [
      key(left('metric')),
      right('baseline'),
      right('current'),
      right('change'),
      right('relative'),
      left('95% prediction interval', 'prediction-interval'),
      left('', 'outside'),
    ],
    rows.map((drift) =>
      row(
        [drift.metric],
        [
          text(drift.metric),
          numeral(drift.baseline, FIGURE),
          numeral(drift.current, FIGURE),
          numeral(drift.change, DIFFERENCE),
          numeral(drift.relativeChange, CHANGE),
          predictionOf(drift),
          drift.outside === true ? state('outside', 'unsure') : '',
        ],
      ),
    ),
  );
}

function predictionOf({ interval, runs }: FigureDrift): Content {
  return interval === null
    ? prose`${MISSING} (${count(runs)} of ${count(PREDICTION_RUNS)} runs)`
    : prose`${bounds(interval[0], interval[1], FIGURE)} (${things(runs, 'run')})`;
}

/** The entries of a log, with the figures that are named. */
export function entriesReport(
  entries: readonly ReadEntry[],
  metrics: readonly string[],
): ReportDocument {
  const figures = metrics.map(
    (name, at): Column => ({ ...right('figure', `figure-${at}`), heading: text(name) }),
  );
  return reportOf([
    section('entries', null, [
      table(
        [
          key(right('line')),
          left('tool'),
          left('version'),
          left('commit'),
          left('created'),
          left('runtime'),
          right('metrics'),
          ...figures,
        ],
        entries.map((entry) =>
          row(
            [entry.lineNumber],
            [
              setting(entry.lineNumber),
              text(entry.tool),
              text(entry.version),
              text(entry.gitCommit?.slice(0, 7)),
              text(entry.createdAt),
              text(entry.runtime),
              count(entry.metrics.size),
              ...metrics.map((name) => numeral(entry.metrics.get(name), FIGURE)),
            ],
            { kind: 'entry' },
          ),
        ),
      ),
    ]),
  ]);
}

/** The limits that were checked, failures first, below what is compared with what. */
export function limitsReport(title: string, results: readonly LimitResult[]): ReportDocument {
  const order = ['fail', 'inconclusive', 'pass'];
  const sorted = results.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return reportOf([
    section('limits', null, [
      paragraph(sentence(title)),
      table(
        [key(left('metric')), left('state'), left('reason')],
        sorted.map((result, at) =>
          row(
            [at, result.metric],
            [text(result.metric), state(result.state), sentence(result.reason)],
            { kind: 'gate' },
          ),
        ),
      ),
    ]),
  ]);
}
