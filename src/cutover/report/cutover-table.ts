import { cell, table } from '../../gate/table.ts';
import type { SliceCheck, SliceRatio } from '../find/check.ts';
import type { SliceFindings } from '../find/findings.ts';

/** The checks as a Markdown table, what could not be looked at, and the verdict last. */
export function renderSlice(findings: SliceFindings): string {
  const rows = findings.checks.map((check) => [
    check.property,
    cell(check.name),
    check.gated ? check.state : `${check.state} (advisory)`,
    check.n === 0 ? '–' : `${check.n} ${check.unit}`,
    cell(sentence(check)),
  ]);
  const open = findings.notVerified.map((line) => `- ${line}`);
  return [
    table(['property', 'check', 'state', 'n', 'found'], rows, ['l', 'l', 'l', 'r', 'l']),
    ...(open.length === 0 ? [] : [`Not verified:\n\n${open.join('\n')}\n`]),
    `${findings.verdict.toUpperCase()} slice: ${findings.sentence} (${findings.frontend} frontend)\n`,
  ].join('\n');
}

function sentence({ detail, examples, ratio }: SliceCheck): string {
  const measured = ratio === null ? '' : ` ${ratioText(ratio)}`;
  return `${detail}${measured}${examples.length === 0 ? '' : `: ${examples.join('; ')}`}`;
}

function ratioText({ ratio, lower, upper, margin }: SliceRatio): string {
  const figure = (value: number | null) => (value === null ? '–' : value.toFixed(3));
  return `(ratio ${figure(ratio)} [${figure(lower)}, ${figure(upper)}], margin ${margin})`;
}
