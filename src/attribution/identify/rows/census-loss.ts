import { mean } from '../../../stats/moments.ts';
import { type Appearance, claimedCosine, fits, spread } from '../../fit/appearances.ts';
import { margin, strength } from '../../replay/metric.ts';
import { cosine } from '../../replay/vectors.ts';
import { answeredRows, type SideView } from './due.ts';

/** Most answers of the census that are looked at, and most rows that they are held against in all. */
const MOST_ANSWERS = 100;
const MOST_ROWS = 1_000_000;

/**
 * Mean share of the due rows that answers to documents' own texts leave out though they are in the index: what an index
 * loses without a filter, where every query has one. Null where no answer of the census holds only scores that the
 * side's vectors give.
 *
 * @param appearances rows of answers, those of the census among them
 * @param shown rows that are seen to be in the index
 */
export function censusLossRate(
  view: SideView,
  appearances: readonly Appearance[],
  shown: ReadonlySet<number>,
): number | null {
  const { world, metric, record } = view;
  if (!metric.accepted) return null;
  const asked = new Set(record.census.values());
  const answers = Map.groupBy(
    appearances.filter(({ answer }) => asked.has(answer)),
    ({ answer }) => answer,
  );
  const sound = [...answers].filter(([, rows]) => rows.every((row) => fits(metric, row)));
  const most = Math.min(MOST_ANSWERS, Math.ceil(MOST_ROWS / Math.max(1, world.corpusSize)));
  const rates = spread(sound, most).map(([answer, rows]) => {
    const got = answeredRows(world, answer);
    const lost = lostRows(view, rows, got).filter((row) => shown.has(row)).length;
    return lost / (lost + got.size);
  });
  return mean(rates);
}

/** Rows of the collection of an answer that stand above all that it holds, by more than noise, and are not in it. */
function lostRows(
  { world, spaces, side, metric }: SideView,
  rows: readonly Appearance[],
  got: ReadonlySet<number>,
): number[] {
  const [first] = rows;
  const range = [...world.ranges.values()].find(
    ([from, to]) => first !== undefined && from <= first.row && first.row < to,
  );
  if (first === undefined || range === undefined) return [];
  const { queryVector, pair } = first;
  const of = (value: number, documentNorm: number): number =>
    strength(metric, value, pair.queryNorm, documentNorm);
  const worst = Math.min(
    ...rows.map((row) => of(claimedCosine(metric, row), row.pair.documentNorm)),
  );
  const least = worst + margin(metric, pair.queryNorm);
  const lost: number[] = [];
  for (let row = range[0]; row < range[1]; row++) {
    if (got.has(row)) continue;
    const value = cosine(queryVector, spaces.documentVector(row, side));
    if (of(value, spaces.documentNorm(row, side)) > least) lost.push(row);
  }
  return lost;
}
