import type { Findings, LatencyFinding, ThroughputFinding } from '../../parity/findings.ts';
import type { Content, NumberSpan } from '../model.ts';
import { numberText } from '../numbers.ts';
import { change, ms, perSecond } from '../spans.ts';

/** One figure of an operation: its name, incumbent → candidate with its unit, and the change. */
type Figure = readonly [name: string, sides: string, change: string];

/**
 * A line an operation: p50, p95 and requests a second of incumbent → candidate, one below the other. Ratios are of
 * paired blocks, and not of the two figures.
 */
export function speedLines({ cells, latency, throughput }: Findings): Content[] {
  const lines = cells.flatMap(({ cell }) => {
    const figures = [
      ...latency.filter((entry) => entry.cell === cell).map(quantile),
      ...rates(throughput.filter((entry) => entry.cell === cell)),
    ];
    return figures.length === 0 ? [] : [{ cell, figures }];
  });
  const widest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map(({ length }) => length));
  return lines.map(({ cell, figures }): Content => {
    const shown = figures.map((figure, at) =>
      figure
        .map((text, part) =>
          text.padStart(widest(lines.map(({ figures: of }) => of[at]?.[part] ?? ''))),
        )
        .join(' ')
        .trim(),
    );
    return `${cell.padEnd(widest(lines.map((line) => line.cell)))}  ${shown.join(', ')}`;
  });
}

function quantile({ quantile: name, incumbentMs, candidateMs, ratio }: LatencyFinding): Figure {
  return [
    name,
    `${sidesOf(ms(incumbentMs), ms(candidateMs))} ms`,
    numberText(change(ratio === null ? null : ratio - 1, 0)),
  ];
}

function rates(entries: readonly ThroughputFinding[]): Figure[] {
  const of = (side: ThroughputFinding['side']) =>
    entries.find((entry) => entry.side === side)?.medianPerSecond ?? null;
  const [incumbent, candidate] = [of('incumbent'), of('candidate')];
  return incumbent === null && candidate === null
    ? []
    : [['', `${sidesOf(perSecond(incumbent), perSecond(candidate))}/s`, '']];
}

function sidesOf(incumbent: NumberSpan, candidate: NumberSpan): string {
  return `${numberText(incumbent)}→${numberText(candidate)}`;
}
