import { anchorOf, blocksHtml, inline } from '../html/blocks.ts';
import { pageHtml } from '../html/shell.ts';
import { html, NOTHING } from '../html/tag.ts';
import type { ReportDocument } from '../model.ts';

/** A report of any kind as a page of its tables, without pictures and scripts. */
export function renderHtml({ title, verdict, sections }: ReportDocument): string {
  const head = html`<header class="verdict ${verdict?.tone ?? 'neutral'}"><h1>${title === null ? (verdict?.state ?? 'Report') : inline(title)}</h1>${
    verdict === null
      ? NOTHING
      : html`<p class="lead">${title === null ? NOTHING : html`<span class="state ${verdict.tone}">${verdict.state}</span> `}${inline(verdict.sentence)}</p>`
  }</header>${sections.filter(({ heading }) => heading === null).map(({ blocks }) => blocksHtml(blocks))}`;
  return pageHtml({
    title: title === null ? 'Report' : inline(title),
    head,
    chapters: sections.flatMap(({ id, heading, blocks }) =>
      heading === null
        ? []
        : [{ id: anchorOf(id), title: inline(heading), body: html`${blocksHtml(blocks)}` }],
    ),
  });
}
