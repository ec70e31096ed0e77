import { counted } from '../../counted.ts';
import type { PartPlace } from '../blocks/parts.ts';
import { mergeLists } from '../engines/merge-lists.ts';
import type { TruthList } from '../types.ts';

/** Some of the queries of a plan, which are worked on together. */
export interface QueryRange {
  /** Place of the first query. */
  readonly from: number;
  readonly count: number;
}

/** Merges the lists of parts as they come. */
export interface PartMerger {
  /** @throws Error for a part that was not planned, one that came already, or the wrong number of lists. */
  readonly add: (place: PartPlace, lists: readonly TruthList[]) => void;
  /** One list a query. @throws Error that counts the parts which are missing. */
  readonly finish: () => readonly TruthList[];
}

/**
 * Merges the parts of a plan, and refuses unless they are exactly the planned ones. Merging is associative and the
 * order is total (see `mergeLists`), so neither the order of parts nor where they were made leaves a trace.
 *
 * @param documentBlocks numbers of the blocks of documents that are merged
 * @param queryBlocks by number; absent numbers are no part of this merge
 */
export function partMerger(
  documentBlocks: readonly number[],
  queryBlocks: ReadonlyMap<number, QueryRange>,
  kPrime: number,
): PartMerger {
  const missing = new Set(
    documentBlocks.flatMap((documentBlock) =>
      [...queryBlocks.keys()].map((queryBlock) => nameOf({ documentBlock, queryBlock })),
    ),
  );
  const count = [...queryBlocks.values()].reduce((sum, range) => sum + range.count, 0);
  const first = Math.min(...[...queryBlocks.values()].map(({ from }) => from));
  const lists: TruthList[] = Array.from({ length: count }, () => mergeLists([], kPrime));
  return {
    add: (place, found) => {
      const range = queryBlocks.get(place.queryBlock);
      if (range === undefined || !missing.delete(nameOf(place))) {
        throw new Error(`part ${nameOf(place)} was not planned, or came twice`);
      }
      if (found.length !== range.count) {
        throw new Error(
          `part ${nameOf(place)} has ${counted(found.length, 'list')} for ${counted(range.count, 'query', 'queries')}`,
        );
      }
      for (const [i, list] of found.entries()) {
        const at = range.from - first + i;
        const before = lists[at];
        lists[at] = before === undefined ? list : mergeLists([before, list], kPrime);
      }
    },
    finish: () => {
      const [one] = missing;
      if (one === undefined) return lists;
      throw new Error(`${missing.size} planned parts are missing, first ${one}`);
    },
  };
}

function nameOf({ documentBlock, queryBlock }: PartPlace): string {
  return `${documentBlock}×${queryBlock}`;
}
