import { charactersOf, displayWidth } from './display-width.ts';

/** A piece of text in one look, e.g. one word of a sentence in bold. */
export interface TextRun<Look> {
  readonly text: string;
  readonly look: Look;
}

/** One line of a wrapped text. */
export type Line<Look> = readonly TextRun<Look>[];

/** How lines are broken. */
interface Wrapping {
  /** Columns that all lines but the first are narrower by. */
  readonly hang?: number;
  /** Whether a word that is longer than a line stays whole, and the line longer than the width. */
  readonly isWhole?: boolean;
}

/**
 * Breaks a text into lines of at most `width` columns: at spaces, at line feeds, and within a word only where it is
 * longer than a line.
 */
export function wrapRuns<Look>(
  runs: readonly TextRun<Look>[],
  width: number,
  { hang = 0, isWhole = false }: Wrapping = {},
): Line<Look>[] {
  const room = (at: number): number => Math.max(1, at === 0 ? width : width - hang);
  return breaksOf(runsText(runs), room, isWhole).map(([start, end]) => slice(runs, start, end));
}

/** The text of runs, without their looks. */
export function runsText(runs: Line<unknown>): string {
  return runs.map(({ text }) => text).join('');
}

/** Columns of the longest line where nothing is broken but at line feeds, and of the longest word. */
export function widthsOf(runs: readonly TextRun<unknown>[]): {
  readonly natural: number;
  readonly word: number;
} {
  const lines = runsText(runs).split('\n');
  const greatest = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth));
  return { natural: greatest(lines), word: greatest(lines.flatMap((line) => line.split(' '))) };
}

/** Columns of a line. */
export function lineWidth(line: Line<unknown>): number {
  return displayWidth(runsText(line));
}

type Span = readonly [start: number, end: number];
/** Columns of a line by its position. */
type Room = (at: number) => number;

function breaksOf(text: string, room: Room, isWhole: boolean): Span[] {
  const lines: Span[] = [];
  let from = 0;
  for (const line of text.split('\n')) {
    const before = lines.length;
    const broken = breakLine(line, (at) => room(before + at), isWhole);
    lines.push(...broken.map(([start, end]): Span => [from + start, from + end]));
    from += line.length + 1;
  }
  return lines;
}

function breakLine(line: string, room: Room, isWhole: boolean): Span[] {
  const lines: Span[] = [];
  let [start, end] = [0, 0];
  for (const { 0: word, index } of line.matchAll(/[^ ]+/g)) {
    const next = index + word.length;
    if (end > start && displayWidth(line.slice(start, next)) > room(lines.length)) {
      lines.push([start, end]);
      [start, end] = [index, index];
    }
    // What stands at the beginning of a line has its spaces before it.
    const first = line.slice(start, next);
    if (!isWhole && end === start && displayWidth(first) > room(lines.length)) {
      const before = lines.length;
      for (const part of partsOf(first, (at) => room(before + at))) {
        if (end > start) lines.push([start, end]);
        [start, end] = [end, end + part.length];
      }
    } else end = next;
  }
  return [...lines, [start, end]];
}

/** A word that is longer than a line, cut between characters. */
function partsOf(word: string, room: Room): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of charactersOf(word)) {
    if (part !== '' && displayWidth(part + character) > room(parts.length)) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

function slice<Look>(runs: readonly TextRun<Look>[], start: number, end: number): Line<Look> {
  const line: TextRun<Look>[] = [];
  let at = 0;
  for (const { text, look } of runs) {
    const piece = text.slice(Math.max(0, start - at), Math.max(0, end - at));
    if (piece !== '') line.push({ text: piece, look });
    at += text.length;
  }
  return line;
}
