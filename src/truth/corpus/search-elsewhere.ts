import type { Corpus, Query } from '../../corpus/types.ts';
import { sha256Hex } from '../../record/files/write-whole.ts';
import type { VectorTable } from '../../record/types.ts';
import { squaredNorms } from '../cosine.ts';
import type { ExactResult } from '../engines/exact-engine.ts';
import { longestSquareOf, type MetricSpace } from '../metric-space.ts';
import { type Elsewhere, plannedRowsOf, planSearch } from '../plan/planned-search.ts';
import { rowFilter } from './allowed-rows.ts';

/** Numbers of one block: 32 MiB, so that several machines have something to do. */
const VALUES_PER_BLOCK = 1 << 23;

/** A search over vectors in memory that is carried out elsewhere. */
interface SearchInMemory {
  readonly corpus: Pick<Corpus, 'collections'>;
  readonly documents: VectorTable;
  readonly vectors: VectorTable;
  readonly space: MetricSpace;
  readonly kPrime: number;
  readonly queryAt: (row: number) => Pick<Query, 'collections' | 'filter'> | undefined;
}

/** Plans a search over vectors in memory and has it carried out; the lists are those of `exactTopK`. */
export async function searchElsewhere(
  { corpus, documents, vectors, space, kPrime, queryAt }: SearchInMemory,
  elsewhere: Elsewhere,
): Promise<Pick<ExactResult, 'lists' | 'zeroDocuments' | 'zeroQueries' | 'passedOver'>> {
  const filter = rowFilter(corpus);
  const allowed = (keys: readonly string[]) => {
    const ofKeys = filter(keys);
    return (row: number) => {
      const query = queryAt(row);
      return query === undefined ? null : ofKeys(query);
    };
  };
  const whole = allowed(documents.ids);
  const names = new Map<Uint8Array, string>();
  // Named by the masks themselves: metadata of a corpus in memory has no hash.
  const conditions = (row: number): string | null => {
    const mask = whole(row);
    if (mask === null) return null;
    const name = names.get(mask) ?? sha256Hex(mask);
    names.set(mask, name);
    return name;
  };
  const search = planSearch({
    documents: plannedRowsOf(
      documents,
      Math.max(1, Math.floor(VALUES_PER_BLOCK / Math.max(1, documents.dimension))),
    ),
    documentKeys: documents.ids,
    queries: vectors,
    space,
    longestSquare: longestSquareOf(documents),
    kPrime,
    allowed,
    conditions,
  });
  const lists = await elsewhere.carryOut(search, elsewhere);
  return {
    lists,
    zeroDocuments: zeroRows(space.documents(documents), 'document'),
    zeroQueries: zeroRows(space.queries(vectors), 'query'),
    passedOver: [],
  };
}

function zeroRows(table: VectorTable, what: string): string[] {
  const squares = squaredNorms(table, what);
  return table.ids.filter((_, row) => squares[row] === 0);
}
