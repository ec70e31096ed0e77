import type { Findings } from '../parity/findings.ts';

/** Operations this suite could compare and a run of retrieval does not, by what people call them. */
const OTHERS = ['sql', 'storage', 'chat', 'ingest'];
const RETRIEVAL = ['search', 'retrieve'];
/** Needs below which a slice can never be shown to be within a margin of .005. */
const NEEDS_FOR_DEFAULT_MARGIN = 598;

/** The same as `notVerified` within one sentence: names and numbers alone. */
export function notVerifiedBriefly(findings: Findings): string {
  const small = findings.cells.flatMap(({ cell, slices }) => {
    const count = slices.filter(({ needs }) => needs < NEEDS_FOR_DEFAULT_MARGIN).length;
    return count === 0 ? [] : [`${count} of ${cell}`];
  });
  const unfiltered = findings.cells.filter(({ filteredQueries }) => filteredQueries === 0);
  return [
    ...(small.length === 0
      ? []
      : [`slices of fewer than ${NEEDS_FOR_DEFAULT_MARGIN} needs (${small.join(', ')})`]),
    ...unfiltered.map(({ cell }) => `filters of ${cell}`),
    ...(findings.leftOut ?? []).map(
      ({ cell, queries }) => `${queries} queries of ${cell} that a side cannot express`,
    ),
    ...(findings.latency.length === 0 ? ['latency'] : []),
    ...notProbed(findings),
    'payloads of hits',
    'stored vectors',
    'other builds of the indexes',
    ...(findings.census.some((side) => side.asked < side.documents) ? ['unsampled documents'] : []),
    ...(findings.complete ? [] : ['what the interrupt cut off']),
  ].join(', ');
}

function notProbed({ cells }: Findings): string[] {
  return [...RETRIEVAL.filter((name) => cells.every(({ cell }) => cell !== name)), ...OTHERS];
}

/** What a verdict says nothing about, one line each. */
export function notVerified(findings: Findings): string[] {
  const lines: string[] = [];
  for (const cell of findings.cells) {
    const small = cell.slices.filter((slice) => slice.needs < NEEDS_FOR_DEFAULT_MARGIN);
    if (small.length > 0) {
      lines.push(
        `${cell.cell}: slices too small for a claim of their own: ${small
          .map((slice) => `${slice.slice} (${slice.needs})`)
          .join(', ')}`,
      );
    }
    if (cell.filteredQueries === 0) lines.push(`${cell.cell}: filters`);
  }
  for (const { cell, side, why, queries } of findings.leftOut ?? []) {
    lines.push(`${cell}: ${queries} queries that were not asked: ${side}: ${why}`);
  }
  lines.push(`operations not probed: ${notProbed(findings).join(', ')}`);
  if (findings.latency.length === 0) lines.push('latency: no block of it was timed');
  lines.push('payloads of hits: their metadata and texts are not compared');
  lines.push('vectors are those of the embed endpoints, not read from the stores');
  lines.push('one build of each index: a rebuild needs a new verdict');
  if (findings.census.some((side) => side.asked < side.documents)) {
    lines.push('membership was sampled, not counted');
  }
  for (const { cell, needs, planned } of findings.cells) {
    if (planned !== undefined && needs < planned.needs) {
      lines.push(
        `${cell}: ${planned.needs - needs} needs that were not asked once the gates on quality had decided; the bounds in the tables on quality do not allow for the stop, those of the gates do`,
      );
    }
  }
  if (!findings.complete) lines.push('the run was interrupted: later stages were not measured');
  return lines;
}
