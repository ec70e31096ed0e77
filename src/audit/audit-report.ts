import { key, left, paragraph, reportOf, right, row, section, table } from '../report/blocks.ts';
import type { ReportDocument } from '../report/model.ts';
import { MISSING, numeral, sentence, state, text, toneOf } from '../report/spans.ts';
import type { AuditResult } from './audit.ts';

/** Every check by phase, in the order of the audit, and what they come to. */
export function auditReport(result: AuditResult): ReportDocument {
  const rows = result.checks.map((check, at) =>
    row(
      [at, check.phase, check.name],
      [
        text(check.phase || null),
        text(check.name),
        check.required ? 'required' : 'optional',
        state(check.status, check.ok ? 'good' : toneOf('fail')),
        text(check.expected),
        text(check.actual),
        numeral(check.difference, {
          unit: 'difference',
          precision: { significant: 6 },
          signed: false,
        }),
        text(check.note),
      ],
      { kind: 'check' },
    ),
  );
  const skipped = result.skipped.map(({ phase, reason }, at) =>
    row(
      ['skipped', at, phase],
      [
        text(phase || null),
        MISSING,
        MISSING,
        state('skipped'),
        MISSING,
        MISSING,
        MISSING,
        text(reason),
      ],
    ),
  );
  return reportOf([
    section('checks', null, [
      table(
        [
          key(left('phase')),
          key(left('metric')),
          left('check'),
          left('status'),
          right('expected'),
          right('actual'),
          right('difference'),
          left('note'),
        ],
        [...rows, ...skipped],
      ),
      paragraph(sentence(auditSentence(result))),
    ]),
  ]);
}

/** What an audit comes to, e.g. `12/12 required checks pass, 1 skipped: phase 6 (no GPU here)`. */
export function auditSentence({ checks, skipped }: AuditResult): string {
  const required = checks.filter((check) => check.required);
  const optional = checks.filter((check) => !check.required);
  const passed = (list: typeof checks): number => list.filter(({ ok }) => ok).length;
  const parts = [`${passed(required)}/${required.length} required checks pass`];
  if (optional.length > 0) parts.push(`${passed(optional)}/${optional.length} optional`);
  if (skipped.length > 0) {
    const phases = skipped.map(({ phase, reason }) => `phase ${phase || '–'} (${oneLine(reason)})`);
    parts.push(`${skipped.length} skipped: ${phases.join('; ')}`);
  }
  return parts.join(', ');
}

function oneLine(words: string): string {
  return words.replace(/\p{Cc}+/gu, ' ').trim();
}
