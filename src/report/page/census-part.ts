import type { Findings } from '../../parity/findings.ts';
import { chartFigure } from '../charts/figure.ts';
import { partsChart } from '../charts/parts.ts';
import { type Html, html } from '../html/tag.ts';
import type { Part } from '../picture/picture.ts';

/** What became of the documents of each side that were asked by their own text. */
export function censusPart({ census }: Findings): Html {
  if (census.length === 0) return html`<p class="quiet">No document was asked by its own text.</p>`;
  const rows = census.map((entry) => {
    const { side, asked, undefinedCount, missing, elsewhere, displaced } = entry;
    const unanswered = entry.unanswered?.length ?? 0;
    const lost = missing.length + elsewhere.length + displaced.length + unanswered;
    const parts: readonly Part[] = [
      { name: 'found first', tone: 'good', count: Math.max(0, asked - undefinedCount - lost) },
      { name: 'without a truth', tone: 'neutral', count: undefinedCount },
      { name: 'never answered for', tone: 'unsure', count: unanswered },
      { name: 'behind a farther document', tone: 'unsure', count: displaced.length },
      { name: 'found by other questions alone', tone: 'bad', count: elsewhere.length },
      { name: 'in no answer', tone: 'bad', count: missing.length },
    ];
    return { name: side, parts };
  });
  return chartFigure(
    { title: 'Membership census', caption: 'documents that were asked by their own text' },
    partsChart({ kind: 'parts', rows }, 'documents by what became of them, both sides'),
  );
}
