import type { GateResult } from '../gate/verdict.ts';
import type { ComparedQuery, RunComparison } from '../parity/compare-runs.ts';
import type { LatencyFinding } from '../parity/findings.ts';
import { cellText, fixed, interval, signed, whole } from './numbers.ts';
import { section } from './table.ts';

/** What is shown of one of the two runs. */
export interface ComparedRun {
  readonly runId: string;
  readonly createdAt: string;
  readonly incumbent: string;
  readonly candidate: string;
  readonly latency: readonly LatencyFinding[];
}

/** What a comparison is shown with. */
export interface ComparisonContext {
  readonly first: ComparedRun;
  readonly second: ComparedRun;
  /** Whether documents and judgments are the same in both runs. */
  readonly sameCorpus: boolean;
  /** Metrics whose single queries are listed. */
  readonly listed: readonly string[];
  /** Rows of each list. */
  readonly top: number;
  /** Judged differences of the candidates; empty where nothing is gated. */
  readonly gates: readonly GateResult[];
}

/** Two runs beside each other as Markdown. */
export function renderComparison(comparison: RunComparison, context: ComparisonContext): string {
  const listed = comparison.queries.filter(({ metric }) => context.listed.includes(metric));
  const losses = listed.filter(({ difference }) => difference < 0);
  const gains = listed.filter(({ difference }) => difference > 0).reverse();
  return [
    header(comparison, context),
    ...(context.gates.length === 0 ? [] : [gatesSection(context.gates)]),
    metricsSection(comparison),
    listSection('Losses', 'worst first', losses, context),
    listSection('Gains', 'greatest first', gains, context),
    latencySection(context),
  ].join('\n');
}

function header(comparison: RunComparison, context: ComparisonContext): string {
  const { matched, queriesOfFirst, queriesOfSecond, changed } = comparison;
  const runLine = (name: string, run: ComparedRun): string =>
    `- ${name} run \`${run.runId}\` of ${run.createdAt}: incumbent ${cellText(run.incumbent)}, candidate ${cellText(run.candidate)}`;
  return [
    '# Two runs compared',
    '',
    runLine('first', context.first),
    runLine('second', context.second),
    `- ${whole(matched)} queries match (of ${whole(queriesOfFirst)} and ${whole(queriesOfSecond)})${
      changed === 0 ? '' : `; ${whole(changed)} have the same id and ask something else`
    }`,
    context.sameCorpus
      ? '- documents and judgments are the same'
      : '- documents or judgments **differ**: each run is measured against its own truth',
    '',
  ].join('\n');
}

function gatesSection(gates: readonly GateResult[]): string {
  return section(
    'Gates on the candidates',
    ['gate', 'cell', 'answer', '>needs', '>Δ', '95% bounds of Δ', '>margin', 'why'],
    gates.map((gate) => [
      gate.name,
      gate.cell,
      `${gate.state}${gate.parity ? ', parity' : ''}`,
      whole(gate.n),
      signed(gate.mean),
      interval(gate.lower, gate.upper),
      fixed(gate.margin, 3),
      cellText(gate.reason),
    ]),
  );
}

function metricsSection({ metrics }: RunComparison): string {
  return section(
    'Quality, paired over needs',
    [
      'cell',
      'side',
      'metric',
      '>needs',
      '>first',
      '>second',
      '>Δ',
      '95% bounds of Δ',
      '>gains',
      '>losses',
      '>undefined',
    ],
    metrics.map((entry) => [
      entry.cell,
      entry.side,
      entry.metric,
      whole(entry.delta.n),
      fixed(entry.first),
      fixed(entry.second),
      signed(entry.delta.mean),
      interval(entry.delta.lower, entry.delta.upper),
      whole(entry.gains),
      whole(entry.losses),
      whole(entry.delta.undefinedCount),
    ]),
    [
      'Δ is second − first, as served, over the queries that match; gains and losses count queries. One-sided 95% bounds on either side.',
    ],
  );
}

function listSection(
  title: string,
  order: string,
  queries: readonly ComparedQuery[],
  { top, listed }: ComparisonContext,
): string {
  const left = queries.length - top;
  return section(
    `${title} in ${listed.join(' and ')}, ${order}`,
    ['query', 'cell', 'side', 'metric', '>first', '>second', '>Δ', 'text'],
    queries
      .slice(0, top)
      .map((entry) => [
        cellText(entry.queryId),
        entry.cell,
        entry.side,
        entry.metric,
        fixed(entry.first),
        fixed(entry.second),
        signed(entry.difference),
        cellText(entry.text),
      ]),
    queries.length === 0
      ? ['No query differs in this direction.']
      : left > 0
        ? [`and ${whole(left)} more: --top ${queries.length} shows all`]
        : [],
  );
}

function latencySection({ first, second }: ComparisonContext): string {
  const rows = second.latency.flatMap((now) => {
    const old = first.latency.find(
      (entry) => entry.cell === now.cell && entry.quantile === now.quantile,
    );
    if (old === undefined) return [];
    return [
      [
        now.cell,
        now.quantile,
        fixed(old.incumbentMs, 2),
        fixed(now.incumbentMs, 2),
        fixed(old.candidateMs, 2),
        fixed(now.candidateMs, 2),
        `${fixed(old.ratio, 3)} ${interval(old.ratioLower, old.ratioUpper, 3)}`,
        `${fixed(now.ratio, 3)} ${interval(now.ratioLower, now.ratioUpper, 3)}`,
      ],
    ];
  });
  return section(
    'Latency, each run by itself',
    [
      'cell',
      'quantile',
      '>incumbent ms, first',
      '>second',
      '>candidate ms, first',
      '>second',
      '>ratio, first',
      '>ratio, second',
    ],
    rows,
    [
      'Two runs were made at two times and are not interleaved: their milliseconds are shown and not tested. Each ratio is paired within its own run.',
    ],
  );
}
