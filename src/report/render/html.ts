import { anchorOf, blocksHtml, inline } from '../html/blocks.ts';
import { pageHtml } from '../html/shell.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import { verdictHead } from '../html/verdict-head.ts';
import type { ReportDocument } from '../model.ts';

/** A report of any kind as a page of its pictures and tables, without scripts; `kept`: the page of a run folder. */
export function renderHtml(
  document: ReportDocument,
  { kept = false }: { readonly kept?: boolean } = {},
): string {
  const { title, verdict, sections } = document;
  return pageHtml({
    title: title === null ? (verdict?.state ?? 'Report') : inline(title),
    head: html`${headOf(document)}${sections.filter(({ heading }) => heading === null).map(({ blocks }) => blocksHtml(blocks))}`,
    chapters: sections.flatMap(({ id, heading, blocks }) =>
      heading === null
        ? []
        : [{ id: anchorOf(id), title: inline(heading), body: html`${blocksHtml(blocks)}` }],
    ),
    ...(kept ? { foot: AGAIN } : {}),
  });
}

const AGAIN = html`<p class="command">Every number again: <code>bench rescore RUN</code>, where RUN is the folder of this page. Its tables for other programs: <code>bench report RUN -o csv</code></p>`;

const PARTIAL = html`<strong>Partial: interrupted; what was measured until then says:</strong> `;

/** What is judged shows its answer first, all else what it is. */
function headOf({ title, verdict }: ReportDocument): Html {
  const name = title === null ? null : inline(title);
  if (verdict === null)
    return html`<header class="verdict neutral"><h1>${name ?? 'Report'}</h1></header>`;
  const { state, tone, isPartial = false } = verdict;
  const sentence = html`${isPartial ? PARTIAL : NOTHING}${inline(verdict.sentence)}`;
  if (tone === 'neutral' && name !== null) {
    return html`<header class="verdict neutral"><h1>${name}</h1><p class="lead">${sentence}</p></header>`;
  }
  return verdictHead({ eyebrow: name, state, tone, sentence });
}
