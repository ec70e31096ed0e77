import { type Html, html, NOTHING } from '../html/tag.ts';
import type { LinksChart, PartsChart } from '../picture/picture.ts';
import { shownName } from './shown-name.ts';

/** Bars of equal height, as long as what they hold, with their parts by tone. */
export function partsChart({ rows }: PartsChart, says: string): Html {
  const most = Math.max(1, ...rows.map(({ parts }) => totalOf(parts)));
  return html`<div class="intervals parts" role="img" aria-label="${says}">${rows.map(
    ({ name, parts }) => {
      let from = 0;
      const shown = parts.filter(({ count }) => count > 0);
      const bars = shown.map(({ tone, count }) => {
        const [x, width] = [(from / most) * 100, (count / most) * 100];
        from += count;
        return html`<rect class="bar ${tone}" x="${percent(x)}" width="${percent(Math.max(0.4, width - 0.3))}" y="4" height="16"/>`;
      });
      return html`<div class="row"><div class="name">${shownName(name)}</div><svg class="plot" width="100%" height="24">${bars}</svg><div class="note">${shown.map(
        ({ name: part, tone, count }, at) =>
          html`${at === 0 ? '' : ', '}<span class="state ${tone}">${count}</span> ${part}`,
      )}</div></div>`;
    },
  )}</div>`;
}

/** Pairs of names with what leads from one to the other. */
export function linksChart({ groups }: LinksChart): Html {
  return html`<div class="links">${groups.map(
    ({ name, links }) =>
      html`<h4>${shownName(name)}</h4><ul>${links.map(
        ({ incumbent, candidate, by, tone }) =>
          html`<li><span class="end">${endOf(incumbent)}</span><span class="by ${tone}"><span class="state ${tone}">${shownName(by)}</span><svg width="100%" height="8" aria-hidden="true">${
            incumbent === null ? NOTHING : html`<path d="M1,4a3,3 0 1,0 6,0a3,3 0 1,0 -6,0"/>`
          }<line class="${incumbent === null || candidate === null ? 'open' : 'whole'}" x1="4" x2="100%" y1="4" y2="4"/>${
            candidate === null
              ? NOTHING
              : html`<svg x="100%" y="4"><path d="M-7,-4L0,0L-7,4Z"/></svg>`
          }</svg></span><span class="end">${endOf(candidate)}</span></li>`,
      )}</ul>`,
  )}</div>`;
}

function endOf(name: string | null): Html {
  return name === null
    ? html`<span class="quiet">nothing</span>`
    : html`<code>${shownName(name)}</code>`;
}

function totalOf(parts: PartsChart['rows'][number]['parts']): number {
  return parts.reduce((sum, { count }) => sum + count, 0);
}

function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`;
}
