import type { Content } from '../../../../src/report/model.ts';
import { text } from '../../../../src/report/spans.ts';
import { isByBuild, type Study, type StudyCell, type StudyGroup } from '../record/study.ts';
import { differenceFigure, type Figure, ratioFigure } from './figures.ts';

/**
 * What a study shows, a line a group and measure: which settings lie beyond the one they are held against by the
 * whole of their interval, and which do not. No conclusion goes beyond its interval.
 */
export function claimLines({ groups }: Study): Content[] {
  return groups.flatMap((group) =>
    [...new Set(group.cells.map(({ measure }) => measure))].flatMap((measure) =>
      lineOf(
        group,
        measure,
        group.cells.filter((cell) => cell.measure === measure),
      ),
    ),
  );
}

interface Held {
  readonly setting: string;
  readonly figure: Figure;
  readonly shown: string;
}

function lineOf(group: StudyGroup, measure: string, cells: readonly StudyCell[]): Content[] {
  const [first] = cells;
  if (first === undefined || isByBuild(first)) return [];
  const isTime = first.unit === 'ms';
  const held = cells.flatMap((cell): Held[] => {
    const figure = isTime ? ratioFigure(group, cell) : differenceFigure(group, cell);
    if (figure === null) return [];
    return [{ setting: cell.setting, figure, shown: isTime ? times(figure) : apart(figure) }];
  });
  if (held.length === 0) return [];
  const neutral = isTime ? 1 : 0;
  const parts = [
    {
      word: isTime ? 'faster' : 'lower',
      members: held.filter(({ figure }) => (figure.upper ?? neutral) < neutral),
    },
    {
      word: isTime ? 'slower' : 'higher',
      members: held.filter(({ figure }) => (figure.lower ?? neutral) > neutral),
    },
  ];
  const told = parts.flatMap(({ members }) => members);
  const untold = held.filter((one) => !told.includes(one));
  const sentences = [...parts, { word: 'not told apart', members: untold }].flatMap(
    ({ word, members }) =>
      members.length === 0
        ? []
        : [
            `${capital(word)}: ${members.map(({ setting, shown }) => `${setting} (${shown})`).join('; ')}.`,
          ],
  );
  const equal = isTime ? [] : equalSentences(group, held);
  const counts = [...new Set(held.map(({ figure }) => figure.n.toLocaleString('en-US')))];
  const n = `n = ${counts.join(' or ')}${isTime ? ' pairs of blocks' : ''}`;
  return [
    text(
      `${group.name}, ${isTime ? 'median ' : ''}${measure} against ${group.against}, ${n}. ${[...sentences, ...equal].join(' ')}`,
      3000,
    ),
  ];
}

/** Which settings are shown to be as close as they are meant to be, by the whole of their interval. */
function equalSentences({ equalWithin }: StudyGroup, held: readonly Held[]): string[] {
  if (equalWithin === undefined) return [];
  const isShown = ({ figure: { lower, upper } }: Held): boolean =>
    lower !== null && upper !== null && lower >= -equalWithin && upper <= equalWithin;
  const named = (all: readonly Held[]): string => all.map(({ setting }) => setting).join('; ');
  const [shown, others] = [held.filter(isShown), held.filter((one) => !isShown(one))];
  return [
    ...(shown.length === 0 ? [] : [`Equal within ±${equalWithin}: ${named(shown)}.`]),
    ...(others.length === 0 ? [] : [`Not shown to be that close: ${named(others)}.`]),
  ];
}

function apart({ value, lower, upper }: Figure): string {
  return `${signed(value)}, from ${signed(lower)} to ${signed(upper)}`;
}

function times({ value, lower, upper }: Figure): string {
  const digits = (bound: number | null): string => bound?.toPrecision(3) ?? '–';
  return `× ${digits(value)}, from ${digits(lower)} to ${digits(upper)}`;
}

function signed(value: number | null): string {
  if (value === null) return '–';
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
