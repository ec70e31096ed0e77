import { key, left, paragraph, reportOf, right, row, section, table } from '../blocks.ts';
import { gateTitle, type JudgedReport, type ShownGate } from '../judged.ts';
import type { NumberStyle, ReportDocument, Section } from '../model.ts';
import type { DrawnLine, Picture } from '../picture/picture.ts';
import { bounds, id, MISSING, numeral, prose, setting, state, text, things } from '../spans.ts';

/** A judged run and what it was of. */
export interface TrendRun extends JudgedReport {
  /** From the log of baselines; null where that does not know the run. */
  readonly gitCommit: string | null;
  /** The candidate in a few words: service and version. */
  readonly candidate: string;
}

const FIGURE: NumberStyle = { unit: 'metric', precision: { significant: 6 }, signed: false };

/** How each gated figure went over several runs, in the order of their time. */
export function trendsReport(runs: readonly TrendRun[]): ReportDocument {
  const ordered = runs.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  const titles = [
    ...new Set(
      ordered.flatMap(({ verdict }) => verdict.gates.filter(({ gated }) => gated).map(gateTitle)),
    ),
  ];
  return reportOf(
    [
      section('about', null, [
        paragraph(
          prose`${things(ordered.length, 'run')}. Estimates with their bounds; commits are those of the log of baselines.`,
        ),
      ]),
      runsSection(ordered),
      ...titles.map((title, at) => gateSection(ordered, title, at)),
    ],
    { title: 'Trends' },
  );
}

function runsSection(runs: readonly TrendRun[]): Section {
  return section('runs', 'Runs', [
    table(
      [
        key(right('run', 'number')),
        left('id'),
        left('created'),
        left('commit'),
        left('candidate'),
        left('answer'),
      ],
      runs.map(({ runId, createdAt, gitCommit, candidate, verdict }, at) =>
        row(
          [runId],
          [
            setting(at + 1),
            id('run', runId),
            text(createdAt),
            text(gitCommit?.slice(0, 7)),
            text(candidate),
            state(verdict.state),
          ],
          { kind: 'entry' },
        ),
      ),
    ),
  ]);
}

function gateSection(runs: readonly TrendRun[], title: string, at: number): Section {
  const gates = runs.map(({ verdict }) =>
    verdict.gates.find((gate) => gate.gated && gateTitle(gate) === title),
  );
  return section(`gate-${at}`, text(title), [
    ...trendPicture(title, gates),
    table(
      [
        key(right('run', 'number')),
        left('commit'),
        right('estimate'),
        right('bounds'),
        right('margin'),
        left('state'),
      ],
      runs.map(({ runId, gitCommit }, index) => {
        const gate = gates[index];
        return row(
          [runId],
          [
            setting(index + 1),
            text(gitCommit?.slice(0, 7)),
            numeral(gate?.mean, FIGURE),
            gate === undefined || (gate.lower === null && gate.upper === null)
              ? MISSING
              : bounds(gate.lower, gate.upper, FIGURE),
            numeral(gate?.margin, FIGURE),
            gate === undefined ? MISSING : state(gate.state),
          ],
        );
      }),
    ),
  ]);
}

/** The estimate and its bounds over the runs; none where no run has an estimate. */
function trendPicture(title: string, gates: readonly (ShownGate | undefined)[]): Picture[] {
  const line = (
    name: string,
    value: (gate: ShownGate) => number | null,
    isDashed: boolean,
  ): DrawnLine => ({
    name,
    of: isDashed ? 'noise' : 'candidate',
    isDashed,
    points: gates.flatMap((gate, at) => {
      const known = gate === undefined ? null : value(gate);
      return known === null || !Number.isFinite(known) ? [] : [[at + 1, known] as const];
    }),
  });
  const lines = [
    line('estimate', ({ mean }) => mean, false),
    line('lower bound', ({ lower }) => lower, true),
    line('upper bound', ({ upper }) => upper, true),
  ].filter(({ points }) => points.length > 0);
  if (lines[0]?.isDashed !== false) return [];
  return [
    {
      kind: 'picture',
      title,
      caption: 'over the runs',
      chart: {
        kind: 'lines',
        x: { title: 'run', kind: 'linear', from: 0.5, to: gates.length + 0.5 },
        y: { title: 'estimate', kind: 'linear', from: null, to: null },
        lines,
        shade: null,
        marks: [],
      },
    },
  ];
}
