import {
  left,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../src/report/blocks.ts';
import type { Content, ReportDocument } from '../../src/report/model.ts';
import { code, codeId, count, id, prose, state, strong, text } from '../../src/report/spans.ts';

/** What ids, names, texts and error messages from outside may hold. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '[a](javascript:alert(1)) ![b](data:text/html,x)',
  '[c]: javascript:alert(1)',
  '`code` ``more`` **bold** _em_ __strong__ ~~struck~~ ***all***',
  'a|b||c\\|d\\',
  'line\nbreak\r\nmore\u2028and\u2029more\u0085end',
  '# heading',
  '- item',
  '1. item',
  '> quote',
  '    indented\n\n```\nfence',
  '=====',
  '\u202Egnp.exe\u2066 hidden\u200B\uFEFF',
  '\u001B[31mred\u001B[0m \u001B]8;;http://evil.example\u0007link\u001B]8;;\u0007 \u009B2J',
  'nul\u0000bell\u0007back\u0008',
  'https://evil.example/x www.evil.example me@evil.example ftp://evil.example',
  '&lt;b&gt; &amp;amp; &#60;',
  '\uD800 lone \uDC00',
  'x'.repeat(5000),
  '家'.repeat(700),
  'e\u0301'.repeat(700),
];

/** A document with a text in every place that can hold one. */
export function documentWith(words: string): ReportDocument {
  const spans: readonly Content[] = [
    text(words),
    id('document', words),
    codeId('path', words),
    id('url', words),
    code(words),
    strong(text(words)),
    state(words),
    words,
    prose`before ${words} after`,
    { kind: 'link', text: words, target: words },
  ];
  return reportOf(
    [
      section('a', text(words), [
        ...spans.map(paragraph),
        { kind: 'quote', content: text(words) },
        list(spans),
        table(
          [{ ...left('', 'heading'), heading: text(words) }, right('n')],
          spans.map((span, at) => row([at, words], [span, count(at)])),
        ),
      ]),
    ],
    { title: text(words) },
  );
}
