import { expect, it } from 'vitest';
import type { Collection } from '../../../src/corpus/types.ts';
import { floorOf } from '../../../src/observe/canaries/asked.ts';
import { canaryLines, isWarning, saidOfCanary } from '../../../src/observe/canaries/canary.ts';
import { connectMs } from '../../../src/observe/canaries/connect-time.ts';
import { cutTexts } from '../../../src/observe/canaries/cut-texts.ts';
import { findCanaries } from '../../../src/observe/canaries/find-canaries.ts';
import { rareValue } from '../../../src/observe/canaries/rare-value.ts';
import { visibleLag } from '../../../src/observe/canaries/visible-lag.ts';
import { preflight } from '../../../src/observe/preflight/preflight.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { serve } from '../../wire/loopback.ts';
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

function cutBy(faults: Parameters<typeof listed>[0], collections: readonly Collection[]) {
  const { signal } = new AbortController();
  const backend = listed(faults);
  return cutTexts({ backend, side: 'candidate', collections, model: null, signal });
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

it('calls missing documents neither a page limit nor a filter after the search', async () => {
  // Ten of the 200 documents are in the rare state; two of them are among the first 40.
  const sides = { missing: 40, isCounted: true };
  expect(await found(listed(sides))).toEqual([]);
  expect(await found(listed({ ...sides, filtersAfter: 60 }))).toEqual([]);
  expect(await found(listed({ isCounted: true, filtersAfter: 60 }))).toMatchObject([
    { kind: 'short-filtered-list', got: 3 },
  ]);
  expect(await found(listed({ ...sides, page: 10 }))).toMatchObject([
    { kind: 'page-limit', asked: 11, got: 10 },
  ]);
  const few: Collection = { name: 'workers', documents: workers.documents.slice(190) };
  expect(await found(listed({ missing: 195, isCounted: true }), [few])).toEqual([]);
});

it('asks whether a field is stored where no row matches', async () => {
  const [canary] = await found(listed({ filtersAfter: 15 }));
  expect(canary).toMatchObject({ kind: 'short-filtered-list', got: 0 });
  expect(canaryLines(canary === undefined ? [] : [canary]).join()).toContain('Is the field stored');
});

it('finds a floor of 40 ms under small answers', async () => {
  const [stack] = await found(listed({ latencyMs: 41, healthMs: 41 }));
  expect(stack).toMatchObject({ kind: 'latency-floor', floorMs: 41, healthMs: 41 });
  expect(stack && saidOfCanary(stack).todo).toMatch(/^Set TCP_NODELAY at the server/);
  // What takes as long only in a search may be its work.
  const [work] = await found(listed({ latencyMs: 41, healthMs: 2 }));
  expect(work && saidOfCanary(work)).toMatchObject({
    what: 'no small answer came in less than 41 ms, and health in 2 ms',
    todo: expect.stringMatching(/^This may be the work of a search/),
  });
  expect(floorOf([41, 41, 42, 41, 44, 43, 41, 42])).toBe(41);
  // An engine that is slow is no floor.
  expect(floorOf([45, 80, 120, 60, 77, 91, 66, 58])).toBeNull();
  expect(floorOf([5, 41, 41, 41, 41, 41, 41, 41])).toBeNull();
  // A server that is 44 ms away is none; one that holds back its answers as well is.
  const far = [45, 46, 45, 45, 47, 45, 45, 46];
  expect(floorOf(far, 44)).toBeNull();
  expect(
    floorOf(
      far.map((latencyMs) => latencyMs + 40),
      44,
    ),
  ).toBe(85);
});

it('finds an embedder that does not read the end of a text', async () => {
  expect(await found(listed({ readsTo: 50 }))).toMatchObject([
    { kind: 'cut-texts', length: 103, cutTo: 92 },
  ]);
});

it('looks at the longest text of all collections', async () => {
  const short: Collection = { name: 'short', documents: workers.documents.slice(0, 20) };
  const long: Collection = {
    name: 'long',
    documents: [{ id: 'd-0', text: 'x'.repeat(200), metadata: {} }],
  };
  expect(await cutBy({ readsTo: 120 }, [short, long])).toMatchObject([
    { kind: 'cut-texts', collection: 'long', length: 200 },
  ]);
});

it('warns of another metric only where vectors are not equally long', async () => {
  const sides = { isCounted: true, distance: 'dot' } as const;
  const [other, ...rest] = await found(listed(sides));
  expect([other, rest]).toMatchObject([{ kind: 'other-metric', distance: 'dot' }, []]);
  expect(other && isWarning(other)).toBe(true);
  const [same] = await found(listed({ ...sides, hasUnitVectors: true }));
  expect(same).toMatchObject({ kind: 'other-metric', isSameOrder: true });
  expect(canaryLines(same === undefined ? [] : [same])).toEqual([]);
  // Sums of absolute differences order unit vectors otherwise.
  const [manhattan] = await found(
    listed({ isCounted: true, distance: 'manhattan', hasUnitVectors: true }),
  );
  expect(manhattan && isWarning(manhattan)).toBe(true);
});

it('measures the way to a server, where one listens', async () => {
  const { url } = await serve((_request, response) => response.end());
  const { signal } = new AbortController();
  expect(await connectMs(url, signal)).toBeGreaterThan(0);
  expect(await connectMs('http://127.0.0.1:1', signal)).toBeNull();
});

it('names a side whose documents are seen late', () => {
  const entry = { side: 'candidate', collection: 'a', documents: 3, tookMs: 5 };
  const late = visibleLag([
    { ...entry, readyMs: 1_204, looks: 3 },
    { ...entry, readyMs: 900, looks: 1 },
    { ...entry, readyMs: null, looks: 1 },
  ]);
  expect(late).toEqual([{ side: 'candidate', collection: 'a', kind: 'visible-lag', lagMs: 1_204 }]);
  expect(canaryLines(late).join()).toContain('counted 1.2 s after the last answer. Writes are');
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
  const others = canaryLines([
    { ...page, side: 'pgvector' },
    { ...page, side: 'redis' },
  ]);
  expect(others).toEqual([line.replace('candidate,', 'pgvector, redis,')]);
});
