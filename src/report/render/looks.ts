import { plainLine, shortened } from '../../plain-text.ts';
import type { Line, TextRun } from '../layout/wrap.ts';
import type { Content, Span, Tone } from '../model.ts';
import { numberText, shownInterval } from '../numbers.ts';
import { spansOf } from '../spans.ts';
import { toAscii } from './ascii.ts';

/** How a word is shown; the words say as much without. */
export type TextLook = 'plain' | 'strong' | 'quiet' | Tone;
/** Text with its looks. */
export type Runs = readonly TextRun<TextLook>[];

/** What a terminal can show. */
export interface Shown {
  readonly color: boolean;
  readonly ascii: boolean;
}

/** Characters shown of a name from outside. */
const ID_LIMIT = 300;
const SGR: Readonly<Record<TextLook, string>> = {
  plain: '',
  neutral: '',
  strong: '\u001B[1m',
  quiet: '\u001B[2m',
  good: '\u001B[32m',
  bad: '\u001B[31m',
  unsure: '\u001B[33m',
};
const RESET = '\u001B[0m';

/** A line with its looks as ANSI sequences, where colour is wanted. */
export function painted(line: Line<TextLook>, { color }: Shown): string {
  return line
    .map(({ text, look }) => (color && SGR[look] !== '' ? `${SGR[look]}${text}${RESET}` : text))
    .join('');
}

/** A content as text on one line a part, with nothing from outside interpreted. */
export function runsOf(content: Content, { ascii }: Shown): Runs {
  return spansOf(content)
    .flatMap(spanRuns)
    .map(({ text, look }) => ({ text: ascii ? toAscii(text) : text, look }));
}

function spanRuns(span: Span): Runs {
  const plain = (text: string): Runs => [{ text, look: 'plain' }];
  if (typeof span === 'string') return plain(plainLine(span));
  switch (span.kind) {
    case 'number':
      return plain(numberText(span));
    case 'interval':
      return plain(shownInterval(span));
    case 'state':
      return [{ text: plainLine(span.state), look: span.tone }];
    case 'id':
      return plain(shortened(plainLine(span.id).trim(), ID_LIMIT));
    case 'text':
      return plain(shortened(plainLine(span.text), span.limit));
    case 'code':
      return plain(shortened(plainLine(span.text).trim(), ID_LIMIT));
    case 'link':
      return plain(`${plainLine(span.text).trim()} (${plainLine(span.target).trim()})`);
    case 'strong':
      return spansOf(span.content)
        .flatMap(spanRuns)
        .map((run) => (run.look === 'plain' ? { ...run, look: 'strong' } : run));
    case 'missing':
      return plain('–');
    case 'break':
      return plain('\n');
  }
}
