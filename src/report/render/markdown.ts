import { markdownTable } from 'markdown-table';
import { plainLine, shortened } from '../../plain-text.ts';
import { escapeLineStart, escapeMarkdown, escapeMarkup } from '../escape.ts';
import type {
  Block,
  Content,
  IdSpan,
  LinkSpan,
  ReportDocument,
  Section,
  Span,
  Table,
} from '../model.ts';
import { intervalText, numberText } from '../numbers.ts';
import { spansOf } from '../spans.ts';

/** Characters shown of a name from outside. */
const ID_LIMIT = 300;

/** A report as GitHub-flavoured Markdown: the same report gives the same bytes, ending with a line feed. */
export function renderMarkdown({ title, generated, sections }: ReportDocument): string {
  return `${[
    ...(title === null ? [] : [`# ${inline(title)}`]),
    ...(generated === null
      ? []
      : [`<!-- Generated from ${generated.from} by \`${generated.by}\`; do not edit. -->`]),
    ...sections.flatMap(sectionParts),
  ].join('\n\n')}\n`;
}

function sectionParts({ heading, blocks }: Section): string[] {
  return [
    ...(heading === null ? [] : [`## ${inline(heading)}`]),
    ...blocks.map(blockText).filter((part) => part !== ''),
  ];
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return escapeLineStart(inline(block.content));
    case 'quote':
      return `> ${escapeLineStart(inline(block.content))}`;
    case 'list':
      return block.items
        .map((item) => `- ${escapeLineStart(inline(item))}`)
        .join(block.loose ? '\n\n' : '\n');
    case 'table':
      return tableText(block);
    case 'picture':
      return '';
  }
}

function tableText({ columns, rows }: Table): string {
  if (rows.length === 0) return '_nothing measured_';
  return markdownTable(
    [
      columns.map(({ heading }) => inline(heading, true)),
      ...rows.map(({ cells }) => cells.map((cell) => inline(cell, true))),
    ],
    { align: columns.map(({ align }) => align) },
  );
}

function inline(content: Content, inTable = false): string {
  return spansOf(content)
    .map((span) => spanText(span, inTable))
    .join('')
    .trim();
}

function spanText(span: Span, inTable: boolean): string {
  if (typeof span === 'string') return escapeMarkdown(plainLine(span));
  switch (span.kind) {
    case 'number':
      return numberText(span);
    case 'interval':
      return intervalText(span);
    case 'state':
      return escapeMarkdown(plainLine(span.state));
    case 'id':
      return idText(span, inTable);
    case 'text':
      return escapeMarkdown(shortened(plainLine(span.text), span.limit));
    case 'code':
      return codeText(span.text, inTable);
    case 'link':
      return linkText(span);
    case 'strong':
      return strongText(inline(span.content, inTable));
    case 'missing':
      return '–';
    case 'break':
      return inTable ? '<br>' : '\\\n';
  }
}

/** Markdown knows no emphasis of nothing. */
function strongText(text: string): string {
  return text === '' ? '' : `**${text}**`;
}

function idText({ of, id, code }: IdSpan, inTable: boolean): string {
  if (code) return codeText(id, inTable);
  const shown = shortened(plainLine(id).trim(), ID_LIMIT);
  return of === 'url' ? escapeMarkup(shown) : escapeMarkdown(shown);
}

/** A code span whose fence is longer than any run of backticks within. */
function codeText(text: string, inTable: boolean): string {
  const line = shortened(plainLine(text).trim(), ID_LIMIT);
  if (line === '') return '–';
  // Parsers disagree about a bar in code within a table, and more so behind a backslash.
  if (inTable && line.includes('|')) return escapeMarkdown(line);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padded = line.startsWith('`') || line.endsWith('`') ? ` ${line} ` : line;
  return `${fence}${padded}${fence}`;
}

/** A link only where it can lead nowhere but to a page: a relative path, or http(s). */
function linkText({ text, target }: LinkSpan): string {
  const name = escapeMarkdown(plainLine(text).trim());
  const isSafe = /^https?:\/\//i.test(target) || !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target);
  if (!isSafe) return `${name} (${escapeMarkdown(plainLine(target).trim())})`;
  const address = encodeURI(target.toWellFormed())
    .replace(/%25(?=[0-9a-f]{2})/gi, '%')
    .replace(
      /[()<>[\]|`\\*'"]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return `[${name}](${address})`;
}
