import { plainLine } from '../../plain-text.ts';

/** Markup that is safe to put into a page: only `html` and `trusted` make it. */
export interface Html {
  readonly markup: string;
}

/** What may stand between pieces of markup: strings and numbers are text, and nothing is nothing. */
export type HtmlValue = Html | string | number | null | readonly HtmlValue[];

/** Markup with values put in; every string among them is shown as text, whatever it holds. */
export function html(pieces: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = pieces[0] ?? '';
  for (const [at, value] of values.entries()) markup += markupOf(value) + (pieces[at + 1] ?? '');
  return { markup };
}

/** Markup of the suite's own, as it stands. Never for text from outside. */
export function trusted(markup: string): Html {
  return { markup };
}

/** Nothing. */
export const NOTHING: Html = { markup: '' };

/** A text as it stands in an element or in a quoted attribute; what hides or reorders text is shown by its code. */
export function escapeHtml(text: string): string {
  return plainLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** The text of markup without its tags, as a title needs it; it is still escaped. */
export function withoutTags(value: HtmlValue): Html {
  return { markup: markupOf(value).replace(/<[^>]*>/g, '') };
}

function markupOf(value: HtmlValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  return value.map(markupOf).join('');
}
