import type { Findings } from '../parity/findings.ts';

/** Operations this suite could compare, by what people call them. */
const OPERATIONS = ['sql', 'storage', 'chat', 'ingest'];
/** Needs below which a slice can never be shown to be within a margin of .005. */
const NEEDS_FOR_DEFAULT_MARGIN = 598;

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
    if (!cell.slices.some((slice) => slice.slice.startsWith('filtered'))) {
      lines.push(`${cell.cell}: filters`);
    }
  }
  lines.push(`operations not probed: ${OPERATIONS.join(', ')}`);
  lines.push('vectors are those of the embed endpoints, not read from the stores');
  lines.push('one build of each index: a rebuild needs a new verdict');
  if (findings.census.some((side) => side.asked < side.documents)) {
    lines.push('membership was sampled, not counted');
  }
  if (!findings.complete) lines.push('the run was interrupted: later stages were not measured');
  return lines;
}
