import { expect, it } from 'vitest';
import type { CorpusMetric } from '../../../src/corpus/types.ts';
import { canariesOfDescription } from '../../../src/observe/canaries/described.ts';
import type { CollectionInfo } from '../../../src/wire/operations.ts';

const WELL: CollectionInfo = {
  count: 1000,
  indexedCount: 1000,
  dimension: 8,
  distance: 'cosine',
  index: 'hnsw',
  quantisation: 'none',
  parameters: { plan: 'Index Scan using workers_idx' },
  serverVersion: 'x',
};
const kinds = (info: Partial<CollectionInfo>, metric: CorpusMetric = 'cosine') =>
  canariesOfDescription('candidate', 'workers', { ...WELL, ...info }, metric).map(
    ({ kind }) => kind,
  );

it('says nothing of a collection that is as it should be', () => {
  expect(kinds({})).toEqual([]);
});

it('names rows that are not in the index', () => {
  const [canary] = canariesOfDescription(
    'incumbent',
    'a',
    { ...WELL, indexedCount: 900 },
    'cosine',
  );
  expect(canary).toEqual({
    kind: 'unindexed-rows',
    side: 'incumbent',
    collection: 'a',
    count: 1000,
    indexedCount: 900,
  });
});

it('names a collection whose index holds no row: every search is exact', () => {
  expect(kinds({ indexedCount: 0 })).toEqual(['exact-for-index']);
  expect(kinds({ indexedCount: 0, index: 'flat' })).toEqual([]);
  expect(kinds({ indexedCount: 0, count: 0 })).toEqual([]);
  // Who asks for exact search gets it.
  expect(kinds({ indexedCount: 0, exactAsked: true })).toEqual([]);
  expect(kinds({ indexedCount: 900, exactAsked: true })).toEqual([]);
});

it('names a plan that reads the whole table, unless it is meant', () => {
  const plan = 'Seq Scan';
  expect(kinds({ parameters: { plan } })).toEqual(['sequential-scan']);
  expect(kinds({ parameters: { plan }, exactAsked: true })).toEqual([]);
  expect(kinds({ parameters: { plan }, index: 'flat' })).toEqual([]);
  // MariaDB's.
  expect(kinds({ parameters: { plan: 'ALL' } })).toEqual(['sequential-scan']);
  expect(kinds({ parameters: { plan: 'index embedding' } })).toEqual([]);
});

it('names vectors in fewer bits, unless somebody said so', () => {
  expect(kinds({ quantisation: 'binary' })).toEqual(['quantised']);
  expect(kinds({ quantisation: 'binary', quantisationAsked: true })).toEqual([]);
  expect(kinds({ quantisation: null })).toEqual([]);
});

it('names an index that ranks by another metric than the truth', () => {
  expect(kinds({ distance: 'euclidean' })).toEqual(['other-metric']);
  expect(kinds({}, 'dot')).toEqual(['other-metric']);
  expect(kinds({ distance: 'dot' }, 'dot')).toEqual([]);
  expect(kinds({ distance: null })).toEqual([]);
  expect(kinds({ distance: 'dot', exists: false })).toEqual([]);
});
