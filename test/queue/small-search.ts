import { metricSpace } from '../../src/truth/metric-space.ts';
import { plannedRowsOf, planSearch } from '../../src/truth/plan/planned-search.ts';
import { clustered, numbered, seeded } from '../truth/naive.ts';

/** 70 documents and 9 queries, of which two may find every second document. */
export const documents = numbered(clustered(seeded(1), 70, 6, 4), 6);
export const queries = numbered(clustered(seeded(2), 9, 6, 4), 6);

/** Their search, in blocks of so many documents and of five queries. */
export const inBlocksOf = (rows: number) =>
  planSearch({
    documents: plannedRowsOf(documents, rows),
    documentKeys: documents.ids,
    queries,
    space: metricSpace('cosine', 1),
    longestSquare: 1,
    kPrime: 5,
    queriesPerBlock: 5,
    allowed: (keys) => {
      const mask = Uint8Array.from(keys, (key) => Number(key.slice(4)) % 2);
      return (query) => (query > 6 ? mask : null);
    },
    conditions: (query) => (query > 6 ? 'odd' : null),
  });
