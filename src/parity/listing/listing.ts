import { otherSide } from '../../record/side-of-arm.ts';
import type { Side, VectorTable } from '../../record/types.ts';
import type { KeysFinding, ListedSide, ListingFinding } from '../findings.ts';
import { type StoredComparison, storedComparison } from './stored-vectors.ts';

/** Keys that a finding names. */
const NAMED = 200;

/** One side's listing, as far as it was read. */
export interface ListingOfSide extends Pick<ListedSide, 'state' | 'detail'> {
  /** Takes the next rows; ids are `collection/id`, dimension 0 stands for rows without vectors. */
  readonly add: (rows: VectorTable) => void;
  readonly known: Uint8Array;
  readonly counts: { documents: number; extra: number; repeated: number; vectors: number };
  readonly extra: string[];
  readonly againstEmbeddings: StoredComparison;
}

/**
 * Gathers the listing of one side.
 * @param rowOf rows of the corpus's documents by key
 * @param embeddings what the side's embedder gives for the documents now; empty where it has none
 */
export function listingOfSide(
  ended: Pick<ListedSide, 'state' | 'detail'>,
  rowOf: ReadonlyMap<string, number>,
  embeddings: VectorTable,
): ListingOfSide {
  const known = new Uint8Array(rowOf.size);
  const counts = { documents: 0, extra: 0, repeated: 0, vectors: 0 };
  const extra: string[] = [];
  const againstEmbeddings = storedComparison(embeddings);
  return {
    ...ended,
    known,
    counts,
    extra,
    againstEmbeddings,
    add: (rows) => {
      for (const key of rows.ids) {
        counts.documents++;
        const row = rowOf.get(key);
        if (row === undefined) {
          counts.extra++;
          if (extra.length < NAMED) extra.push(key);
        } else if (known[row] === 1) counts.repeated++;
        else known[row] = 1;
      }
      if (rows.dimension === 0) return;
      counts.vectors += rows.ids.length;
      againstEmbeddings.add(rows);
    },
  };
}

/** What both listings show together. */
export function listingFinding(
  keys: readonly string[],
  sides: Readonly<Record<Side, ListingOfSide>>,
  between: StoredComparison | null,
): ListingFinding {
  const side = (name: Side): ListedSide => {
    const { state, detail, known, counts, extra, againstEmbeddings } = sides[name];
    const other = sides[otherSide(name)];
    const isWhole = state === 'complete';
    const both = isWhole && other.state === 'complete';
    return {
      state,
      detail,
      documents: counts.documents,
      vectors: counts.vectors,
      repeated: counts.repeated,
      missing: named(isWhole ? keys.filter((_, row) => known[row] !== 1) : []),
      missingAlone: named(
        both ? keys.filter((_, row) => known[row] !== 1 && other.known[row] === 1) : [],
      ),
      extra: { count: counts.extra, named: extra },
      againstEmbeddings: againstEmbeddings.finding(),
    };
  };
  return {
    incumbent: side('incumbent'),
    candidate: side('candidate'),
    between: between?.finding() ?? null,
  };
}

function named(keys: readonly string[]): KeysFinding {
  return { count: keys.length, named: keys.slice(0, NAMED) };
}
