import type { Tone } from '../tone.ts';
import { type Html, type HtmlValue, html, NOTHING } from './tag.ts';

/** Signs beside the answer, so that its colour is not needed. */
const SYMBOLS = new Map<string, string>([
  ['pass', '✓'],
  ['fail', '✕'],
  ['inconclusive', '?'],
  ['environment unfit', '!'],
  ['informational', 'i'],
]);

/** The head of a page: what it is of, the answer, and the sentence that says it. */
interface VerdictHead {
  /** Above the answer; null: nothing. */
  readonly eyebrow: HtmlValue;
  readonly state: string;
  readonly tone: Tone;
  readonly sentence: HtmlValue;
  /** Below the sentence; absent: nothing. */
  readonly below?: Html;
}

/** The answer of a page, to be seen first. */
export function verdictHead({ eyebrow, state, tone, sentence, below }: VerdictHead): Html {
  const symbol = SYMBOLS.get(state);
  return html`<header class="verdict ${tone}">${eyebrow === null ? NOTHING : html`<p class="eyebrow">${eyebrow}</p>`}
<h1>${symbol === undefined ? NOTHING : html`<span class="symbol" aria-hidden="true">${symbol}</span> `}${state.charAt(0).toUpperCase() + state.slice(1)}</h1>
<p class="lead">${sentence}</p>${below ?? NOTHING}
</header>`;
}
