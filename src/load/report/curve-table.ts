import { markdownTable } from 'markdown-table';
import type { LoadVerdict } from '../../gate/load/judge-load.ts';
import { escapeMarkdown, plainLine } from '../../report/escape.ts';
import type { RampPass } from '../drive/ramp.ts';
import type { RatioFigure, Rung } from '../drive/rung.ts';
import type { Knee, SearchResult } from '../judge/saturation.ts';

/** What one side answered, after one rate, to texts that nobody had asked before. */
export interface NonceFigures {
  readonly ratePerSecond: number;
  readonly side: 'incumbent' | 'candidate';
  readonly asked: number;
  readonly answered: number;
  /** Queries whose answers came back for other texts, to the last digit: a cache that looks at too little. */
  readonly sameAs: readonly string[];
  readonly recall: number | null;
}

/** Everything `bench load` measured. */
export interface LoadMeasures {
  readonly operation: string;
  readonly process: string;
  readonly queryCount: number;
  readonly leftOutCount: number;
  readonly knees: readonly [Knee, Knee] | null;
  readonly rungs: readonly Rung[];
  readonly nonces: readonly NonceFigures[];
  readonly ramp: {
    readonly fromPerSecond: number;
    readonly toPerSecond: number;
    readonly durationMs: number;
    readonly passes: readonly RampPass[];
  } | null;
  readonly capacities: readonly [SearchResult, SearchResult] | null;
  readonly objectiveText: string;
}

/** What was measured, where, and what follows from it. */
export interface LoadReport extends LoadMeasures {
  readonly verdict: LoadVerdict;
  /** Machine, versions, date and load average, one line. */
  readonly provenance: string;
}

const SIDES = ['incumbent', 'candidate'] as const;

/** The latency–throughput curve of both sides as Markdown. */
export function renderLoad(report: LoadReport): string {
  const parts = [
    '# Load\n',
    `**${report.verdict.verdict}**: ${report.verdict.sentence}\n`,
    `${report.provenance}\n`,
    `${report.operation}, open loop, ${report.process} arrivals, ${report.queryCount} queries` +
      (report.leftOutCount === 0
        ? '.\n'
        : ` (${report.leftOutCount} left out: not one request on both sides).\n`),
  ];
  if (report.rungs.length > 0) parts.push(...rungParts(report));
  if (report.ramp !== null) {
    const { fromPerSecond, toPerSecond, durationMs } = report.ramp;
    parts.push(
      '\n## Ramp\n',
      `From ${fromPerSecond} to ${toPerSecond} requests/s in ${durationMs / 1000} s, each side twice in ABBA or BAAB order; windows by intended time.\n`,
      report.ramp.passes.length === 0
        ? 'Interrupted before a side was through.'
        : rampTable(report.ramp.passes),
    );
  }
  if (report.knees !== null)
    parts.push('\n## Closed loop (service time only)\n', kneeTable(report));
  if (report.capacities !== null) {
    parts.push('\n## Saturation\n', `Objective: ${report.objectiveText}.\n`, capacityTable(report));
  }
  return `${parts.join('\n')}\n`;
}

function rungParts(report: LoadReport): string[] {
  return [
    '## Latency and throughput\n',
    'Response counts from the intended send time; what never ended is ∞. The floor is the same schedule against a server that does nothing: nothing below it can be seen. First / repeat is the median response of queries new to the side over that of queries asked before: above 1 where something is cached.\n',
    curveTable(report.rungs),
    '\n## Objectives\n',
    'One-sided 95% bounds; a rate at which the driver was not fit is inconclusive, never a failure.\n',
    objectiveTable(report.verdict),
    '\n## Candidate over incumbent\n',
    'Geometric mean over pairs of interleaved blocks, with its 95% interval, first touches and repeats apart; A/A is the incumbent over itself.\n',
    ratioTable(report.rungs),
    '\n## Books\n',
    booksTable(report.rungs),
    '\n## Texts never asked before\n',
    'An answer equal to that of another query, scores included, was not computed for its text.\n',
    nonceTable(report.nonces),
  ];
}

function objectiveTable({ gates }: LoadVerdict): string {
  const rows = [['offered/s', 'objective', 'limit', 'measured', 'bounds', 'n', 'answer', 'why']];
  for (const gate of gates) {
    const digits = gate.key.endsWith('maxMs') ? 2 : 4;
    rows.push([
      number(gate.ratePerSecond, 0),
      gate.key,
      String(gate.limit),
      number(gate.estimate, digits),
      `${number(gate.lower, digits)} … ${number(gate.upper, digits)}`,
      `${gate.n} ${gate.unit}`,
      gate.gated ? `**${gate.state}**` : `${gate.state} (advisory)`,
      gate.reason,
    ]);
  }
  return markdownTable(rows);
}

function nonceTable(nonces: readonly NonceFigures[]): string {
  const rows = [['offered/s', 'side', 'asked', 'answered', 'same answer as', 'recall']];
  for (const { ratePerSecond, side, asked, answered, sameAs, recall } of nonces) {
    rows.push([
      number(ratePerSecond, 0),
      side,
      String(asked),
      String(answered),
      sameAs.length === 0
        ? 'none'
        : `**${sameAs.map((id) => escapeMarkdown(plainLine(id))).join(', ')}**`,
      number(recall, 4),
    ]);
  }
  return markdownTable(rows);
}

function rampTable(passes: readonly RampPass[]): string {
  const rows = [
    ['pass', 'side', 'offered/s', 'ok/s', 'p50 ms', 'p95 ms', 'p99 ms', 'errors', 'driver'],
  ];
  for (const [index, { arm, windows, validity }] of passes.entries()) {
    for (const { fromPerSecond, toPerSecond, summary } of windows) {
      const { response, books, okPerSecond } = summary;
      rows.push([
        String(index + 1),
        SIDES[arm],
        `${number(fromPerSecond, 0)}–${number(toPerSecond, 0)}`,
        number(okPerSecond, 1),
        ms(response.p50Ms),
        ms(response.p95Ms),
        ms(response.p99Ms),
        `${books.scheduled - books.counts.ok}/${books.scheduled}`,
        validity.valid ? 'fit' : `client bound: ${validity.reasons.join('; ')}`,
      ]);
    }
  }
  return markdownTable(rows);
}

function curveTable(rungs: readonly Rung[]): string {
  const rows = [
    [
      'offered/s',
      'side',
      'ok/s',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'p99.9 ms',
      'first / repeat p50',
      'service p50 ms',
      'queue p99 ms',
      'errors',
      'recall',
      'floor p50 / p99 ms',
      'slip p99 ms',
      'driver',
    ],
  ];
  for (const rung of rungs) {
    for (const [index, side] of SIDES.entries()) {
      const figures = rung.sides[index];
      if (figures === undefined) continue;
      const { response, service, clientQueue, books } = figures.summary;
      const failed = books.scheduled - books.counts.ok;
      rows.push([
        number(rung.ratePerSecond, 0),
        side,
        number(figures.okPerSecond, 1),
        ms(response.p50Ms),
        ms(response.p95Ms),
        ms(response.p99Ms),
        ms(response.p999Ms),
        number(figures.firstToRepeat, 2),
        ms(service.p50Ms),
        ms(clientQueue.p99Ms),
        `${failed}/${books.scheduled}`,
        number(figures.recall, 4),
        `${ms(rung.floor.response.p50Ms)} / ${ms(rung.floor.response.p99Ms)}`,
        ms(rung.health.slipP99Ms),
        rung.validity.valid ? 'fit' : `client bound: ${rung.validity.reasons.join('; ')}`,
      ]);
    }
  }
  return markdownTable(rows);
}

function ratioTable(rungs: readonly Rung[]): string {
  const rows = [
    ['offered/s', 'arms', 'queries', 'quantile', 'ratio', '95% interval', 'pairs', 'censored'],
  ];
  for (const rung of rungs) {
    for (const [arms, figures] of [
      ['A/A', rung.selfRatios],
      ['B/A', rung.ratios],
    ] as const) {
      for (const figure of figures) rows.push(ratioRow(rung, arms, figure));
    }
  }
  return markdownTable(rows);
}

function ratioRow(rung: Rung, arms: string, figure: RatioFigure): string[] {
  const { ratio, ci, n } = figure.ratio;
  return [
    number(rung.ratePerSecond, 0),
    arms,
    figure.exposure === 'first' ? 'first touch' : 'repeats',
    `p${100 * figure.quantile}`,
    number(ratio, 3),
    ci === null ? '–' : `${number(ci[0], 3)}–${number(ci[1], 3)}`,
    String(n),
    figure.censored.join(' / '),
  ];
}

function booksTable(rungs: readonly Rung[]): string {
  const outcomes = ['ok', 'http', 'timeout', 'refused', 'reset', 'malformed', 'unsent'] as const;
  const rows = [['offered/s', 'side', 'scheduled', ...outcomes]];
  for (const rung of rungs) {
    for (const [index, side] of SIDES.entries()) {
      const books = rung.sides[index]?.summary.books;
      if (books === undefined) continue;
      rows.push([
        number(rung.ratePerSecond, 0),
        side,
        String(books.scheduled),
        ...outcomes.map((outcome) => String(books.counts[outcome])),
      ]);
    }
  }
  return markdownTable(rows);
}

function kneeTable(report: LoadReport): string {
  const rows = [['side', 'concurrency', 'requests/s', '']];
  for (const [index, side] of SIDES.entries()) {
    const knee = report.knees?.[index];
    if (knee === undefined) continue;
    for (const point of knee.points) {
      const isKnee = point.concurrency === knee.concurrency;
      rows.push([
        side,
        String(point.concurrency),
        number(point.throughputPerSecond, 1),
        isKnee ? (knee.atCeiling ? 'ladder ceiling' : 'knee') : '',
      ]);
    }
  }
  return markdownTable(rows);
}

function capacityTable(report: LoadReport): string {
  const rows = [['side', 'highest rate that meets it', 'lowest that does not', 'trials', 'end']];
  for (const [index, side] of SIDES.entries()) {
    const found = report.capacities?.[index];
    if (found === undefined) continue;
    rows.push([
      side,
      number(found.rate, 1),
      number(found.failRate, 1),
      String(found.trials),
      found.end,
    ]);
  }
  return markdownTable(rows);
}

function ms(value: number | null): string {
  return number(value, 2);
}

function number(value: number | null, digits: number): string {
  if (value === null) return '–';
  return Number.isFinite(value) ? value.toFixed(digits) : '∞';
}
