import { plainLine, shortened } from '../../plain-text.ts';
import type { Block, Content, IdSpan, LinkSpan, Row, Section, Span, Table } from '../model.ts';
import { numberText, shownInterval } from '../numbers.ts';
import { spansOf } from '../spans.ts';
import { pictureHtml } from './picture.ts';
import { type Html, html, NOTHING } from './tag.ts';

/** Characters shown of a name from outside. */
const ID_LIMIT = 300;

/** A section of a report under a heading of the given level, which names it. */
export function sectionHtml({ id, heading, blocks }: Section): Html {
  return html`<section id="${anchorOf(id)}">${heading === null ? NOTHING : html`<h3>${inline(heading)}</h3>`}${blocksHtml(blocks)}</section>`;
}

/** The blocks of a section, one after the other. */
export function blocksHtml(blocks: readonly Block[]): readonly Html[] {
  return blocks.map(blockHtml);
}

/** The id of a section within a page. */
export function anchorOf(id: string): string {
  return `s-${id.replace(/[^A-Za-z0-9_-]+/g, '-')}`;
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'paragraph':
      return block.repeats === undefined ? html`<p>${inline(block.content)}</p>` : NOTHING;
    case 'quote':
      return html`<blockquote>${inline(block.content)}</blockquote>`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${inline(item)}</li>`)}</ul>`;
    case 'table':
      return tableHtml(block);
    case 'picture':
      return pictureHtml(block);
  }
}

/** A table that scrolls by itself where the page is too narrow for it. */
export function tableHtml({ columns, rows }: Table): Html {
  if (rows.length === 0) return html`<p class="quiet">Nothing measured.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="table"><table><thead><tr>${columns.map(
    ({ heading, align }) => html`<th scope="col" class="${align}">${inline(heading)}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.cells.map((cell, at) => cellHtml(row, cell, at, columns[at]?.align ?? 'left'))}</tr>`,
  )}</tbody></table></div>`;
}

function cellHtml({ evidence }: Row, cell: Content, at: number, align: string): Html {
  const [first] = at === 0 ? evidence : [];
  const content = inline(cell);
  if (first?.kind !== 'section') return html`<td class="${align}">${content}</td>`;
  return html`<td class="${align}"><a href="#${anchorOf(first.id)}">${content}</a></td>`;
}

/** The spans of a content within a line. */
export function inline(content: Content): readonly Html[] {
  return spansOf(content).map(spanHtml);
}

function spanHtml(span: Span): Html {
  if (typeof span === 'string') return html`${span}`;
  switch (span.kind) {
    case 'number':
      return html`<span class="n">${numberText(span)}</span>`;
    case 'interval':
      return html`<span class="n">${shownInterval(span)}</span>`;
    case 'state':
      return html`<span class="state ${span.tone}">${span.state}</span>`;
    case 'id':
      return idHtml(span);
    case 'text':
      return html`<bdi>${shortened(plainLine(span.text), span.limit)}</bdi>`;
    case 'code':
      return html`<code>${shortened(plainLine(span.text), ID_LIMIT)}</code>`;
    case 'link':
      return linkHtml(span);
    case 'strong':
      return html`<strong>${inline(span.content)}</strong>`;
    case 'missing':
      return html`<span class="quiet">–</span>`;
    case 'break':
      return html`<br>`;
  }
}

function idHtml({ id, code }: IdSpan): Html {
  const shown = shortened(plainLine(id), ID_LIMIT);
  return code ? html`<code>${shown}</code>` : html`<bdi class="id">${shown}</bdi>`;
}

/** A link only where it can lead nowhere but to a page: a relative path, or http(s). */
function linkHtml({ text, target }: LinkSpan): Html {
  const isSafe =
    /^https?:\/\//i.test(target) || !/^[a-z][a-z0-9+.-]*:|^[\\/]{2}|[\p{Cc}]/iu.test(target);
  if (!isSafe) return html`${text} (${target})`;
  return html`<a href="${target}" rel="noreferrer noopener">${text}</a>`;
}
