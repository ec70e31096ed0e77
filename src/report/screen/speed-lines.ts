import type { Findings, LatencyFinding, ThroughputFinding } from '../../parity/findings.ts';
import type { Content, Span } from '../model.ts';
import { change, joined, ms, perSecond, prose, spansOf } from '../spans.ts';

/** A line an operation: p50, p95 and requests a second of incumbent → candidate. Ratios are of paired blocks, and not of the two figures. */
export function speedLines({ cells, latency, throughput }: Findings): Content[] {
  return cells.flatMap(({ cell }): Content[] => {
    const parts = [
      ...latency.filter((entry) => entry.cell === cell).map(quantile),
      ...rates(throughput.filter((entry) => entry.cell === cell)),
    ];
    return parts.length === 0 ? [] : [[`${cell.padEnd(9)} `, ...spansOf(joined(parts))]];
  });
}

function quantile({
  quantile: name,
  incumbentMs,
  candidateMs,
  ratio,
}: LatencyFinding): readonly Span[] {
  return prose`${[name]} ${ms(incumbentMs)}→${ms(candidateMs)} ms ${change(ratio === null ? null : ratio - 1, 0)}`;
}

function rates(entries: readonly ThroughputFinding[]): (readonly Span[])[] {
  const of = (side: ThroughputFinding['side']) =>
    entries.find((entry) => entry.side === side)?.medianPerSecond ?? null;
  const [incumbent, candidate] = [of('incumbent'), of('candidate')];
  return incumbent === null && candidate === null
    ? []
    : [prose`${perSecond(incumbent)}→${perSecond(candidate)}/s`];
}
