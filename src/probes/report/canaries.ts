import { key, left, reportOf, right, row, tableSection } from '../../report/blocks.ts';
import type { ReportDocument, Section } from '../../report/model.ts';
import { count, prose, sentence, state, text, things } from '../../report/spans.ts';
import type { PairCanaries, SaidCanary } from '../find/pair-canaries.ts';

const SIDES = ['incumbent', 'candidate'] as const;

/** What a run would warn of before it measures. Warnings fail nothing: what they mean is for the reader to say. */
export function canariesReport(found: PairCanaries): ReportDocument {
  const warnings = found.canaries.length;
  return reportOf([collectionsSection(found), warningsSection(found.canaries)], {
    verdict: {
      state: 'informational',
      tone: warnings === 0 ? 'good' : 'unsure',
      sentence:
        warnings === 0
          ? prose`both backends answer, and nothing was found that a run would warn of`
          : prose`both backends answer; a run would warn of ${things(warnings, 'finding')}`,
    },
  });
}

function warningsSection(canaries: readonly SaidCanary[]): Section {
  return tableSection('canaries', prose`Warnings before anything is timed`, {
    columns: [
      key(left('side')),
      key(left('collection')),
      left('kind'),
      left('found, and what to do'),
    ],
    rows: canaries.map(({ kind, side, collection, what, todo }) =>
      row(
        [side, collection, kind],
        [text(side), text(collection), state(kind, 'unsure'), sentence(`${what}. ${todo}`)],
        { kind: 'check' },
      ),
    ),
  });
}

function collectionsSection({ sides }: PairCanaries): Section {
  return tableSection('collections', prose`What both say of their collections`, {
    columns: [
      key(left('side')),
      key(left('collection')),
      right('rows'),
      right('indexed'),
      left('distance'),
      left('index'),
      left('stored as'),
      left('version'),
    ],
    rows: SIDES.flatMap((side) =>
      Object.entries(sides[side].collections).map(([name, info]) =>
        row(
          [side, name],
          [
            text(side),
            text(name),
            count(info.count),
            count(info.indexedCount),
            text(info.distance),
            text(info.index),
            text(info.quantisation),
            text(info.serverVersion ?? sides[side].version),
          ],
        ),
      ),
    ),
  });
}
