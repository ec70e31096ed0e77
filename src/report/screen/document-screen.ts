import type {
  Column,
  Content,
  ReportDocument,
  Row,
  Section,
  Span,
  StateSpan,
  Table,
} from '../model.ts';
import { joined, spansOf } from '../spans.ts';
import type { Screen, ScreenClaim, ScreenPart } from './screen.ts';

/** Tables of figures that a screen has room for. */
const TABLES = 2;
const ORDER = ['bad', 'unsure', 'neutral', 'good'] as const;

/** What a screen of any report says of where it is shown. */
export interface DocumentWords {
  /** The run folder as one types it; null where nothing was written. */
  readonly run: string | null;
  /** The program as one types it, e.g. `npm run bench --`. */
  readonly program: string;
  /** Commands to go on with, without the program. */
  readonly next: readonly string[];
}

/**
 * The answer of a report of any kind on one screen: its verdict, its gates and checks, what does not hold first, and
 * the first tables of figures. Null where nothing is judged: then the tables are the answer.
 */
export function documentScreen(report: ReportDocument, words: DocumentWords): Screen | null {
  const { verdict, sections } = report;
  if (verdict === null) return null;
  const { run, program, next } = words;
  const claims = sections
    .flatMap(tablesOf)
    .flatMap(({ table }) => table.rows.flatMap((row) => claimOf(table.columns, row)));
  return {
    state: verdict.state,
    tone: verdict.tone,
    isPartial: verdict.isPartial ?? false,
    sentence: verdict.sentence,
    claims: claims.toSorted((a, b) => ORDER.indexOf(a.tone) - ORDER.indexOf(b.tone)),
    parts: [
      ...sections.flatMap(tablesOf).flatMap(figuresOf).slice(0, TABLES),
      // Where nothing is claimed, what was counted is the answer.
      ...(claims.length > 0 ? [] : sections.flatMap(listsOf)),
    ],
    notVerified: verdict.notVerified ?? [],
    next: [
      ...next.map((line) => `${program} ${line}`),
      ...(run === null ? [] : [`${program} report ${run} --full`]),
    ],
    report: run === null ? null : `${run}/report.html`,
  };
}

interface TitledTable {
  readonly title: Content;
  readonly table: Table;
}

function tablesOf({ heading, blocks }: Section): TitledTable[] {
  return blocks.flatMap((block) =>
    block.kind === 'table' ? [{ title: heading ?? '', table: block }] : [],
  );
}

function figuresOf({ title, table }: TitledTable): ScreenPart[] {
  const isData = table.rows.length > 0 && table.rows.every(({ kind }) => kind === 'figure');
  return isData ? [{ title, lines: [], table, isOptional: true }] : [];
}

function listsOf({ heading, blocks }: Section): ScreenPart[] {
  return blocks.flatMap((block) =>
    block.kind === 'list' && !block.loose
      ? [{ title: heading ?? '', lines: block.items, isOptional: true }]
      : [],
  );
}

/** A row that passes or fails: what names it, its state, and the last words that it has. */
function claimOf(
  columns: readonly Column[],
  { kind, name, figures, isAdvisory, cells }: Row,
): ScreenClaim[] {
  if ((kind !== 'gate' && kind !== 'check') || isAdvisory === true) return [];
  const state = cells.flatMap(plainSpans).find(isState);
  if (state === undefined) return [];
  const names = cells.filter((_, at) => columns[at]?.key === true);
  const words = cells.filter(
    (cell, at) =>
      columns[at]?.key !== true && columns[at]?.align === 'left' && !plainSpans(cell).some(isState),
  );
  return [
    {
      state: state.state,
      tone: state.tone,
      name: name ?? joined(names, ' '),
      ...(figures === undefined ? {} : { figures }),
      delta: null,
      margin: null,
      interval: null,
      reason: state.tone === 'good' ? null : (words.at(-1) ?? null),
    },
  ];
}

/** The spans of a content, of what is set apart as well. */
function plainSpans(content: Content): readonly Span[] {
  return spansOf(content).flatMap((span) =>
    typeof span === 'object' && span.kind === 'strong' ? plainSpans(span.content) : [span],
  );
}

function isState(span: Span): span is StateSpan {
  return typeof span === 'object' && span.kind === 'state';
}
