import { partsOf, storedKey } from '../../../corpus/document-key.ts';
import { type IdGuess, idGuesser } from '../../../corpus/id-guess.ts';
import type { SideView } from './due.ts';

/** Ids in a side's answers that are no documents beside the corpus, but another writing of ids or another store. */
export interface ForeignIds {
  readonly ids: number;
  /** One of them, as `collection/id`. */
  readonly example: string;
  readonly guess: IdGuess | null;
}

/** Share of the rows of answers that may be documents beside the corpus: more of them are another store. */
const FEW = 0.25;
/** Share of the originals that may be returned beside what looks like another writing of them. */
const BESIDE = 0.5;

/**
 * Ids that the corpus does not hold and that are not taken for extra documents: they are another writing of its own
 * ids, whose originals are not returned, or they fill the answers. Null where there are none.
 *
 * @param extras rows of ids that the corpus does not hold
 * @param returned all rows that the side returned
 */
export function foreignIds(
  { world, record }: SideView,
  extras: ReadonlySet<number>,
  returned: ReadonlySet<number>,
): ForeignIds | null {
  const [first] = extras;
  if (first === undefined) return null;
  const idOf = (row: number): string => partsOf(storedKey(world.keys[row] ?? '')).id;
  const rowsOf = new Map<string, number[]>();
  for (let row = 0; row < world.corpusSize; row++) {
    const rows = rowsOf.get(idOf(row)) ?? [];
    rowsOf.set(idOf(row), rows);
    rows.push(row);
  }
  const ids = [...extras].map(idOf);
  const guess = idGuesser(new Set(rowsOf.keys()))(ids);
  const found = { ids: extras.size, example: world.keys[first] ?? '' };
  if (guess !== null) {
    const { originals } = guess;
    const beside = originals.filter((id) => rowsOf.get(id)?.some((row) => returned.has(row)));
    if (beside.length <= BESIDE * originals.length) return { ...found, guess };
  }
  let rows = 0;
  let strange = 0;
  for (const { keys } of record.answers.values()) {
    rows += keys.length;
    for (const key of keys) if (extras.has(world.rowOf.get(key) ?? -1)) strange += 1;
  }
  return strange > FEW * rows ? { ...found, guess: null } : null;
}
