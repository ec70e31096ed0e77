import { charactersOf, displayWidth } from './display-width.ts';

/** A piece of text in one look, e.g. one word of a sentence in bold. */
export interface TextRun<Look> {
  readonly text: string;
  readonly look: Look;
}

/** One line of a wrapped text. */
export type Line<Look> = readonly TextRun<Look>[];

/**
 * Breaks a text into lines of at most `width` columns: at spaces, at line feeds, and within a word only where it
 * is longer than a line.
 */
export function wrapRuns<Look>(runs: readonly TextRun<Look>[], width: number): Line<Look>[] {
  const text = runs.map((run) => run.text).join('');
  return breaksOf(text, Math.max(1, width)).map(([start, end]) => slice(runs, start, end));
}

/** Columns of the longest line where nothing is broken but at line feeds, and of the longest word. */
export function widthsOf(runs: readonly TextRun<unknown>[]): {
  readonly natural: number;
  readonly word: number;
} {
  const lines = runs
    .map((run) => run.text)
    .join('')
    .split('\n');
  const greatest = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth));
  return { natural: greatest(lines), word: greatest(lines.flatMap((line) => line.split(' '))) };
}

/** Columns of a line. */
export function lineWidth(line: Line<unknown>): number {
  return displayWidth(line.map((run) => run.text).join(''));
}

type Span = readonly [start: number, end: number];

function breaksOf(text: string, width: number): Span[] {
  const lines: Span[] = [];
  let from = 0;
  for (const line of text.split('\n')) {
    lines.push(...breakLine(line, width).map(([start, end]): Span => [from + start, from + end]));
    from += line.length + 1;
  }
  return lines;
}

function breakLine(line: string, width: number): Span[] {
  const lines: Span[] = [];
  let [start, end] = [0, 0];
  for (const { 0: word, index } of line.matchAll(/[^ ]+/g)) {
    const next = index + word.length;
    if (end > start && displayWidth(line.slice(start, next)) > width) {
      lines.push([start, end]);
      [start, end] = [index, index];
    }
    if (displayWidth(word) > width) {
      for (const part of partsOf(word, width)) {
        if (end > start) lines.push([start, end]);
        [start, end] = [end === start ? index : end, (end === start ? index : end) + part.length];
      }
    } else end = next;
  }
  return [...lines, [start, end]];
}

/** A word that is longer than a line, cut between characters. */
function partsOf(word: string, width: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of charactersOf(word)) {
    if (part !== '' && displayWidth(part + character) > width) {
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
