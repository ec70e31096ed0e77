import type { GateResult } from '../../gate/verdict.ts';
import { type Metric, metricLabel } from '../../metrics/metric.ts';
import type { RunComparison } from '../../parity/compare-runs.ts';
import type { LatencyFinding } from '../../parity/findings.ts';
import {
  beside,
  key,
  left,
  list,
  paragraph,
  right,
  row,
  section,
  tableSection,
} from '../blocks.ts';
import type { DescribedBackend } from '../context.ts';
import type { Content, Section, Span } from '../model.ts';
import {
  codeId,
  count,
  difference,
  MISSING,
  metric,
  numeral,
  prose,
  sentence,
  state,
  strong,
  things,
} from '../spans.ts';
import { backendOf } from './header.ts';
import { boundsOf } from './quality.ts';

/** What is shown of one of the two runs. */
export interface ComparedRun {
  readonly runId: string;
  /** Null for a run without a manifest. */
  readonly createdAt: string | null;
  readonly incumbent: DescribedBackend | null;
  readonly candidate: DescribedBackend | null;
  readonly latency: readonly LatencyFinding[];
}

/** What a comparison is shown with. */
export interface ComparisonContext {
  readonly first: ComparedRun;
  readonly second: ComparedRun;
  /** Whether documents and judgments are the same in both runs. */
  readonly sameCorpus: boolean;
  /** Metrics whose single queries are listed. */
  readonly listed: readonly Metric[];
  /** Rows of each list. */
  readonly top: number;
  /** Judged differences of the candidates; empty where nothing is gated. */
  readonly gates: readonly GateResult[];
}

/** Which runs are compared, and how far they can be. */
export function comparedRunsSection(
  { matched, queriesOfFirst, queriesOfSecond, changed }: RunComparison,
  { first, second, sameCorpus }: ComparisonContext,
): Section {
  return section('runs', null, [
    list([
      runLine('first', first),
      runLine('second', second),
      [
        ...prose`${things(matched, 'query matches', 'queries match')} (of ${count(queriesOfFirst)} and ${count(queriesOfSecond)})`,
        ...(changed === 0
          ? []
          : prose`; ${things(changed, 'has the same id and asks something', 'have the same id and ask something')} else`),
      ],
      sameCorpus
        ? 'documents and judgments are the same'
        : [
            'documents or judgments ',
            strong('differ'),
            ': each run is measured against its own truth',
          ],
    ]),
  ]);
}

function runLine(name: string, run: ComparedRun): readonly Span[] {
  const described = (backend: DescribedBackend | null): Content =>
    backend === null ? MISSING : backendOf(backend);
  return prose`${name} run ${codeId('run', run.runId)} of ${run.createdAt ?? MISSING}: incumbent ${described(run.incumbent)}, candidate ${described(run.candidate)}`;
}

/** The judged differences of the candidates. */
export function changeGatesSection(gates: readonly GateResult[]): Section {
  return tableSection('gates', 'Gates on the candidates', {
    columns: [
      key(left('gate')),
      key(left('cell')),
      left('answer'),
      right('needs'),
      right('Δ', 'difference'),
      beside(left('95% bounds of Δ', 'difference-bounds')),
      right('margin'),
      left('why'),
    ],
    rows: gates.map((gate) =>
      row(
        [gate.name, gate.cell],
        [
          gate.name,
          gate.cell,
          [state(gate.state), gate.parity ? ', parity' : ''],
          count(gate.n),
          difference(gate.mean),
          boundsOf(gate),
          numeral(gate.margin, { unit: 'difference', precision: { digits: 3 }, signed: false }),
          sentence(gate.reason),
        ],
        { kind: 'gate', evidence: [{ kind: 'section', id: 'quality' }] },
      ),
    ),
  });
}

/** Every metric of both sides in both runs. */
export function comparedMetricsSection({ metrics }: RunComparison): Section {
  return tableSection('quality', 'Quality, paired over needs', {
    columns: [
      key(left('cell')),
      key(left('side')),
      key(left('metric')),
      right('needs'),
      right('first'),
      right('second'),
      right('Δ', 'difference'),
      beside(left('95% bounds of Δ', 'difference-bounds')),
      right('gains'),
      right('losses'),
      right('undefined'),
    ],
    rows: metrics.map((entry) =>
      row(
        [entry.cell, entry.side, metricLabel(entry.metric)],
        [
          entry.cell,
          entry.side,
          metricLabel(entry.metric),
          count(entry.delta.n),
          metric(entry.first),
          metric(entry.second),
          difference(entry.delta.mean),
          boundsOf(entry.delta),
          count(entry.gains),
          count(entry.losses),
          count(entry.delta.undefinedCount),
        ],
      ),
    ),
    notes: [
      paragraph(
        'Δ is second − first, as served, over the queries that match; gains and losses count queries. One-sided 95% bounds on either side.',
      ),
    ],
  });
}
