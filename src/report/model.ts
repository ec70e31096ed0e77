import type { Picture } from './picture/picture.ts';
import type { Tone } from './tone.ts';

export type { Tone } from './tone.ts';

/**
 * A report before any renderer: a document of sections, sections of blocks, tables of typed cells. Builders make it
 * from findings; a renderer is one function from it to a string. Nothing here holds markup of any format.
 */
export interface ReportDocument {
  readonly title: Content | null;
  /** The answer alone, for renderers that show nothing else of it; null where nothing is judged. */
  readonly verdict: ReportVerdict | null;
  /** Set where the document is kept beside the data it is made from. */
  readonly generated: Generated | null;
  readonly sections: readonly Section[];
}

export interface ReportVerdict {
  readonly state: string;
  readonly tone: Tone;
  readonly sentence: Content;
  /** Whether it is of what was measured until an interrupt alone; absent: it is of all. */
  readonly isPartial?: boolean;
  /** What nothing is said about; absent: nothing is named. */
  readonly notVerified?: readonly Content[];
}

export interface Generated {
  /** The file it is made from, e.g. `ledger.jsonl`. */
  readonly from: string;
  /** The command that makes it. */
  readonly by: string;
}

export interface Section {
  /** Unique within the document: anchors and evidence links name it. */
  readonly id: string;
  /** Null for what stands before the first heading. */
  readonly heading: Content | null;
  readonly blocks: readonly Block[];
}

export type Block = Paragraph | Quote | List | Table | Picture;

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly content: Content;
  /** What it says again: left out by renderers that show the verdict of a document by themselves. */
  readonly repeats?: 'verdict';
}

/** Words of somebody else, e.g. the text of a query. */
export interface Quote {
  readonly kind: 'quote';
  readonly content: Content;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Content[];
  /** Whether the items are long enough to stand apart. */
  readonly loose: boolean;
}

export interface Table {
  readonly kind: 'table';
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  /** Unique within the table. */
  readonly id: string;
  readonly heading: Content;
  readonly align: 'left' | 'right';
  /** Whether it names the row: shown again with every part of a table that is too wide. */
  readonly key: boolean;
  /** Whether it says more of the column before it, e.g. its bounds, and is never parted from that. */
  readonly beside: boolean;
}

/** What a row stands for: a gate and a check are claims that pass or fail, all others are data. */
export type RowKind = 'gate' | 'check' | 'figure' | 'query' | 'document' | 'entry';

export interface Row {
  /** Unique within the table. May hold text from outside. */
  readonly id: string;
  readonly kind: RowKind;
  /** What it is called where its table is not shown; absent: what its key columns hold. */
  readonly name?: Content;
  /** What was measured of it in a few words, where its table is not shown. */
  readonly figures?: Content;
  /** Whether it decides nothing: what shows claims alone leaves it out. */
  readonly isAdvisory?: boolean;
  /** One a column. */
  readonly cells: readonly Content[];
  /** Where the evidence of the row is. */
  readonly evidence: readonly Evidence[];
}

/** A place that holds evidence: a section of the same document, or a file of the run folder. */
export type Evidence =
  | { readonly kind: 'section'; readonly id: string }
  | { readonly kind: 'file'; readonly path: string };

/** What a paragraph, a heading or a table cell holds. A plain string is the suite's own words. */
export type Content = Span | readonly Span[];

export type Span =
  | string
  | NumberSpan
  | IntervalSpan
  | StateSpan
  | IdSpan
  | TextSpan
  | CodeSpan
  | LinkSpan
  | StrongSpan
  | { readonly kind: 'missing' }
  /** The next part of the same cell or paragraph, on a line of its own. */
  | { readonly kind: 'break' };

/**
 * What a number measures. Shares and relative changes are fractions of 1, shown as a percentage; `setting` is a
 * number that somebody chose, such as k or a limit.
 */
export type Unit =
  | 'count'
  | 'rank'
  | 'share'
  | 'change'
  | 'metric'
  | 'difference'
  | 'ratio'
  | 'ms'
  | 'us'
  | 's'
  | 'bytes'
  | 'per second'
  | 'setting';

/** Digits after the point; at most so many significant ones, without zeros at the end; or those of a power of ten. */
export type NumberPrecision =
  | { readonly digits: number }
  | { readonly significant: number }
  | { readonly exponential: number };

export interface NumberStyle {
  readonly unit: Unit;
  readonly precision: NumberPrecision;
  /** Whether a number above zero has a plus sign. */
  readonly signed: boolean;
}

export interface NumberSpan extends NumberStyle {
  readonly kind: 'number';
  /** Null where it is undefined; infinite for what never ended. */
  readonly value: number | null;
}

export interface IntervalSpan extends NumberStyle {
  readonly kind: 'interval';
  readonly lower: number | null;
  readonly upper: number | null;
  /** Bounds of an estimate, or the least and greatest of what was seen. */
  readonly of: 'estimate' | 'values';
}

export interface StateSpan {
  readonly kind: 'state';
  readonly state: string;
  readonly tone: Tone;
}

/** A name that leads somewhere, from outside as a rule; `code` sets it apart from the words around it. */
export interface IdSpan {
  readonly kind: 'id';
  readonly of: 'document' | 'query' | 'run' | 'path' | 'hash' | 'url';
  readonly id: string;
  readonly code: boolean;
}

/** Text from outside: renderers show it as it is, on one line, and never as markup. */
export interface TextSpan {
  readonly kind: 'text';
  readonly text: string;
  /** Characters that are shown of it. */
  readonly limit: number;
}

/** Something to be typed or looked up literally. */
export interface CodeSpan {
  readonly kind: 'code';
  readonly text: string;
}

/** Renderers follow no target but a relative path or an http(s) address; they show any other as text. */
export interface LinkSpan {
  readonly kind: 'link';
  readonly text: string;
  readonly target: string;
}

export interface StrongSpan {
  readonly kind: 'strong';
  readonly content: Content;
}
