import { expect, it } from 'vitest';
import type { Collection } from '../../../src/corpus/types.ts';
import { floorOf } from '../../../src/observe/canaries/asked.ts';
import { canaryLines } from '../../../src/observe/canaries/canary.ts';
import { findCanaries } from '../../../src/observe/canaries/find-canaries.ts';
import { rareValue } from '../../../src/observe/canaries/rare-value.ts';
import { preflight } from '../../../src/observe/preflight/preflight.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { listed, workers } from './listed.ts';

async function found(candidate: Backend, collections: readonly Collection[] = [workers]) {
  const pair = { incumbent: listed({}), candidate };
  const options = {
    collections,
    operations: ['search'] as const,
    embeds: ['candidate'] as const,
    k: 10,
    model: null,
    signal: new AbortController().signal,
    metric: undefined,
  };
  return await findCanaries(pair, await preflight(pair, options), options);
}

it('finds nothing in a backend that is well', async () => {
  expect(await found(listed({}))).toEqual([]);
});

it('finds pages of ten although the run asks for ten alone', async () => {
  expect(await found(listed({ page: 10 }))).toEqual([
    { side: 'candidate', collection: 'workers', kind: 'page-limit', asked: 11, got: 10 },
  ]);
});

it('finds a filter that is applied after the search', async () => {
  expect(await found(listed({ filtersAfter: 60 }))).toEqual([
    {
      side: 'candidate',
      collection: 'workers',
      kind: 'short-filtered-list',
      field: 'state',
      matching: 10,
      asked: 10,
      got: 3,
    },
  ]);
});

it('finds a floor of 40 ms under small answers', async () => {
  expect(await found(listed({ latencyMs: 41 }))).toMatchObject([
    { kind: 'latency-floor', floorMs: 41 },
  ]);
  expect(floorOf([41, 41, 42, 41, 44, 43, 41, 42])).toBe(41);
  // An engine that is slow is no floor.
  expect(floorOf([45, 80, 120, 60, 77, 91, 66, 58])).toBeNull();
  expect(floorOf([5, 41, 41, 41, 41, 41, 41, 41])).toBeNull();
});

it('finds an embedder that does not read the end of a text', async () => {
  expect(await found(listed({ readsTo: 50 }))).toMatchObject([
    { kind: 'cut-texts', length: 103, cutTo: 92 },
  ]);
});

it('filters by the rarest value that enough documents have', () => {
  expect(rareValue(workers, 10)).toMatchObject({ field: 'state', matching: 10 });
  // No value is rare enough, or none has enough documents.
  expect(rareValue(workers, 11)).toBeNull();
});

it('says of each what it is and what to do, in one line, and once where both sides have it', () => {
  const page = { collection: 'workers', kind: 'page-limit', asked: 11, got: 10 } as const;
  const [line = '', ...rest] = canaryLines([{ ...page, side: 'candidate' }]);
  expect(line).toContain('warning: candidate, workers: page-limit: 10 rows for k = 11. ');
  expect([...rest, line.includes('\n')]).toEqual([false]);
  const both = canaryLines([
    { ...page, side: 'incumbent' },
    { ...page, side: 'candidate' },
  ]);
  expect(both).toEqual([line.replace('candidate,', 'both sides,')]);
});
