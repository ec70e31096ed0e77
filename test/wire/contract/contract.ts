import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesFilter } from '../../../src/corpus/filter.ts';
import type { Filter, Metadata } from '../../../src/corpus/types.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { call } from '../../../src/wire/call.ts';
import type { HitsResponse, ListResponse } from '../../../src/wire/operations.ts';
import type { Outcome, OutcomeKind } from '../../../src/wire/outcome.ts';
import { contractVector, DOCUMENTS } from './documents.ts';

type Measure = 'cosine' | 'dot' | 'euclidean';

/** A backend that is held to the contract. */
export interface Subject {
  readonly name: string;
  /** Opens it on a place that is empty the first time. */
  readonly open: () => Backend;
  readonly distance: Measure;
  /** Whether vectors are normalised when they are stored. */
  readonly normalises?: boolean;
  /** Largest difference of one stored number. */
  readonly vectorError: number;
  /** Largest difference of a similarity from the one computed here. */
  readonly scoreError: number;
  /** Effort at which every row is reached. */
  readonly fullEffort?: number;
  /** Least number of the 300 rows that an index gives when all are asked for; default all. */
  readonly reaches?: number;
  /** The kind of index that `describe` must name. */
  readonly index: string;
  /** Whether a collection that is not there answers like one that is empty. */
  readonly absentIsEmpty?: boolean;
  /** Filters by the names below that it must call `unsupported`. */
  readonly unsupportedFilters?: readonly string[];
  /** Filters by the names below that let more rows pass than they mean: known, and pinned. */
  readonly widerFilters?: readonly string[];
  /** The metadata that it keeps of what it was given; default all. */
  readonly keeps?: (metadata: Metadata) => Metadata;
  /** Whether a filter takes text that looks like a number, and truth values, for numbers. */
  readonly looseTypes?: boolean;
  /** Why it cannot be held to the contract here: its tests are skipped by that name. */
  readonly skip?: string | undefined;
  /** Removes what was made, at the end. */
  readonly remove?: () => Promise<void>;
  /** What cannot be reached, and how it must end. */
  readonly broken?: readonly {
    readonly name: string;
    readonly open: () => Backend;
    readonly kind: OutcomeKind;
    /** Whether the backend is well, and the collection alone is not. */
    readonly isHealthy?: boolean;
  }[];
}

const COLLECTION = 'contract_a';
const OTHER = 'contract_b';
const QUERY = contractVector(1_001);

const FILTERS: Readonly<Record<string, Filter>> = {
  'equality of text': { city: "L'Aquila" },
  'equality of text beyond ASCII': { city: '漢字' },
  'equality of a number': { years: 7 },
  'equality of text that looks like a number': { years: '7' },
  'equality of a truth value': { remote: true },
  'equality with false': { remote: false },
  'one of several': { city: { in: ['Oslo', 'Zürich', 'nowhere'] } },
  'one of several types': { years: { in: [1, '2', true] } },
  'a range of numbers': { years: { gte: 3, lte: 5 } },
  'an open range': { years: { gte: 8 } },
  'a range of text': { city: { gte: 'P', lte: 'Z' } },
  'a range of text beyond ASCII': { city: { gte: 'Zz' } },
  'several fields': { city: 'Oslo', years: { lte: 6 }, remote: true },
  'a field that no document has': { nothing: 'x' },
  'a list, which never matches': { skills: 'a' },
  'an odd name': { 'odd "name" of.a $field': 'x' },
  'an empty filter': {},
};

const skipped = new Set<string>();

/** Holds a backend to what every backend must do. */
export function contract(subject: Subject): void {
  const { skip, keeps = (metadata) => metadata } = subject;
  if (skip !== undefined) {
    // One test a reason, and not one a promise that nobody could keep.
    if (!skipped.has(skip)) it.skip(`contract: ${subject.name} (skipped: ${skip})`);
    skipped.add(skip);
    return;
  }
  describe(`contract: ${subject.name}`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = subject.open();
      for (const [from, to] of [
        [0, 120],
        [120, 300],
      ] as const) {
        const documents = DOCUMENTS.slice(from, to);
        const request = { collection: COLLECTION, documents, isLast: to === 300 };
        expect(answerOf(await call(backend, 'ingest', request)).accepted).toBe(to - from);
      }
      const documents = DOCUMENTS.slice(0, 20).map((document) => ({
        ...document,
        vector: document.vector.map((value) => value + 0.5),
      }));
      answerOf(await call(backend, 'ingest', { collection: OTHER, documents, isLast: true }));
    }, 60_000);
    afterAll(async () => {
      await backend.close();
      await subject.remove?.();
    });

    const ask = (request: Partial<Parameters<NonNullable<Backend['search']>>[0]>) =>
      call(backend, 'search', { collection: COLLECTION, vector: QUERY, k: 10, ...request });
    const full = () => (subject.fullEffort === undefined ? {} : { effort: subject.fullEffort });

    it('is healthy and says its version', async () => {
      const { service, version } = answerOf(await backend.health());
      expect(service).not.toBe('');
      expect(version).toMatch(/\d/);
      expect(backend.label).not.toBe('');
    });

    it('describes the collection', async () => {
      const info = answerOf(await call(backend, 'describe', { collection: COLLECTION }));
      expect(info).toMatchObject({
        count: 300,
        dimension: 8,
        distance: subject.distance,
        index: subject.index,
      });
      expect(info.exists).not.toBe(false);
      // Bytes of the index, where the engine says them: more than one a number, of 300 rows of 8.
      expect(info.indexBytes ?? 2_401).toBeGreaterThan(2_400);
      expect(info.serverVersion).toMatch(/\d/);
    });

    it('describes a collection that is not there as absent', async () => {
      const info = answerOf(await call(backend, 'describe', { collection: 'contract_absent' }));
      expect(info).toMatchObject({ exists: false, count: 0 });
    });

    it('lists every document once, page by page, with its vector and metadata', async () => {
      const listed = await everything(backend);
      expect(listed.map(({ id }) => id).toSorted()).toEqual(
        DOCUMENTS.map(({ id }) => id).toSorted(),
      );
      const byId = new Map(listed.map((document) => [document.id, document]));
      for (const { id, vector, metadata } of DOCUMENTS) {
        const stored = byId.get(id);
        const wanted = subject.normalises === true ? unit(vector) : vector;
        expect(maxDifference(stored?.vector, wanted), id).toBeLessThanOrEqual(subject.vectorError);
        expect(stored?.metadata, id).toEqual(keeps(metadata));
      }
    });

    it('lists without vectors where none are wanted', async () => {
      const request = { collection: COLLECTION, limit: 5, vectors: false };
      const { documents } = answerOf(await call(backend, 'list', request));
      expect(documents).toHaveLength(5);
      expect(documents.every(({ vector }) => vector === undefined)).toBe(true);
    });

    it.each([1, 10, 300])('gives the nearest %d by exact search, with their scores', async (k) => {
      if (backend.capabilities.exact !== 'query')
        return expect(ask({ k, exact: true })).resolves.toMatchObject({ kind: 'unsupported' });
      const { hits } = answerOf(await ask({ k, exact: true }));
      expectNearest(hits, DOCUMENTS, k, subject);
    });

    it('scores what its index gives by the declared similarity, nearest first', async () => {
      const { hits } = answerOf(await ask({ k: 50, ...full() }));
      const vectors = new Map(DOCUMENTS.map(({ id, vector }) => [id, vector]));
      for (const { id, similarity } of hits) {
        const exact = similarityOf(subject.distance, QUERY, vectors.get(id) ?? new Float32Array(8));
        expect(off(similarity, exact), id).toBeLessThanOrEqual(subject.scoreError);
      }
      const scores = hits.map(({ similarity }) => similarity);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(scores.length).toBeGreaterThan(0);
    });

    it('gives all there are where more are asked for', async () => {
      const { hits } = answerOf(await ask({ k: 1000, ...full() }));
      expect(new Set(hits.map(({ id }) => id)).size).toBe(hits.length);
      if (subject.fullEffort === undefined || subject.fullEffort >= 300)
        expect(hits.length).toBeGreaterThanOrEqual(subject.reaches ?? 300);
    });

    it('finds every document by its own vector, whatever its id', async () => {
      for (const { id, vector } of DOCUMENTS.slice(0, 24)) {
        const { hits } = answerOf(await ask({ vector, k: 1, ...full() }));
        if (subject.distance !== 'dot') expect(hits[0]?.id).toBe(id);
        expect(hits[0]?.collection).toBe(COLLECTION);
      }
    });

    it.each(Object.entries(FILTERS))('filters by %s', async (name, filter) => {
      if (subject.unsupportedFilters?.includes(name) === true) {
        expect((await ask({ k: 20, filter })).kind).toBe('unsupported');
        return;
      }
      const meant = (value: unknown) => (subject.looseTypes === true ? loose(value) : value);
      const wanted = DOCUMENTS.filter(({ metadata }) =>
        matchesFilter(meant(filter) as Filter, meant(metadata) as typeof metadata),
      );
      if (subject.widerFilters?.includes(name) === true) {
        const { hits } = answerOf(await ask({ k: 300, filter, exact: true }));
        const found = new Set(hits.map(({ id }) => id));
        expect(wanted.filter(({ id }) => !found.has(id))).toEqual([]);
        expect(hits.length).toBeGreaterThan(wanted.length);
        return;
      }
      if (backend.capabilities.exact === 'query') {
        const { hits } = answerOf(await ask({ k: 20, filter, exact: true }));
        expectNearest(hits, wanted, 20, subject);
      }
      const { hits } = answerOf(await ask({ k: 20, filter, ...full() }));
      const allowed = new Set(wanted.map(({ id }) => id));
      expect(hits.filter(({ id }) => !allowed.has(id))).toEqual([]);
    });

    it('retrieves from several collections, merged by score', async () => {
      const vector = contractVector(4).map((value) => value + 0.5);
      const request = { collections: [COLLECTION, OTHER], vector, k: 30, ...full() };
      const { hits } = answerOf(await call(backend, 'retrieve', request));
      expect(hits).toHaveLength(30);
      expect(new Set(hits.map(({ collection }) => collection))).toEqual(
        new Set([COLLECTION, OTHER]),
      );
      const scores = hits.map(({ similarity }) => similarity);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    });

    it('replaces a document that comes again', async () => {
      const [first] = DOCUMENTS;
      if (first === undefined) throw new Error('no documents');
      const again = { collection: OTHER, documents: [{ ...first, metadata: { city: 'Rome' } }] };
      answerOf(await call(backend, 'ingest', again));
      const info = answerOf(await call(backend, 'describe', { collection: OTHER }));
      expect(info.count).toBe(20);
      const found = (await everything(backend, OTHER)).find(({ id }) => id === first.id);
      expect(found?.metadata).toEqual({ city: 'Rome' });
    });

    it('ends as an outcome where the collection is not there', async () => {
      const outcome = await ask({ collection: 'contract_absent' });
      if (subject.absentIsEmpty === true) expect(outcome).toMatchObject({ value: { hits: [] } });
      else expect(['rejected', 'http']).toContain(outcome.kind);
    });

    it('ends as an outcome where the vector has another dimension', async () => {
      const { kind } = await ask({ vector: Float32Array.of(1, 2, 3) });
      expect(['rejected', 'malformed', 'http']).toContain(kind);
    });

    it('refuses a text', async () => {
      const outcome = await call(backend, 'search', { collection: COLLECTION, text: 'x', k: 1 });
      expect(outcome.kind).toBe('unsupported');
    });

    it('ends as aborted where the caller gave up before or meanwhile', async () => {
      const asked = { collection: COLLECTION, vector: QUERY, k: 10 };
      expect((await call(backend, 'search', asked, AbortSignal.abort())).kind).toBe('aborted');
      const controller = new AbortController();
      const under = call(backend, 'search', asked, controller.signal);
      controller.abort();
      expect((await under).kind).toBe('aborted');
      expect((await ask({})).kind).toBe('ok');
    });

    it('answers many at once', async () => {
      const outcomes = await Promise.all(Array.from({ length: 24 }, () => ask({ k: 3 })));
      expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'ok'));
    });

    it.each(subject.broken ?? [])(
      'ends as an outcome: $name',
      async ({ open, kind, isHealthy }) => {
        const other = open();
        try {
          const outcome = await call(other, 'search', {
            collection: COLLECTION,
            vector: QUERY,
            k: 1,
          });
          expect(outcome).toMatchObject({ kind });
          expect((await other.health()).kind).toBe(isHealthy === true ? 'ok' : kind);
        } finally {
          await other.close();
        }
      },
    );

    it('ends every operation as aborted once it is closed', async () => {
      const other = subject.open();
      const under = other.health();
      await other.close();
      expect((await under).kind).toBe('aborted');
      expect((await other.health()).kind).toBe('aborted');
      await other.close();
    });
  });
}

/** The value of an outcome that is ok. */
export function answerOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'ok') return outcome.value;
  throw new Error(`${outcome.kind}: ${outcome.detail}`);
}

async function everything(backend: Backend, collection = COLLECTION) {
  const documents: ListResponse['documents'][number][] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 20; page++) {
    const request = {
      collection,
      limit: 70,
      vectors: true,
      ...(cursor === null ? {} : { cursor }),
    };
    const answer: ListResponse = answerOf(await call(backend, 'list', request));
    documents.push(...answer.documents);
    cursor = answer.cursor;
    if (cursor === null) return documents;
  }
  throw new Error('the list has no end');
}

function expectNearest(
  hits: HitsResponse['hits'],
  documents: typeof DOCUMENTS,
  k: number,
  { distance, scoreError }: Subject,
): void {
  const exact = new Map(
    documents.map(({ id, vector }) => [id, similarityOf(distance, QUERY, vector)]),
  );
  const wanted = [...exact.values()].toSorted((a, b) => b - a).slice(0, k);
  expect(hits).toHaveLength(wanted.length);
  for (const [rank, hit] of hits.entries()) {
    // Any document whose exact score is that of the rank may stand there.
    expect(off(exact.get(hit.id), wanted[rank]), `rank ${rank}`).toBeLessThanOrEqual(scoreError);
    expect(off(hit.similarity, wanted[rank]), `score at ${rank}`).toBeLessThanOrEqual(scoreError);
  }
}

/** A value as an engine without types sees it. */
function loose(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return /^\d+$/.test(value) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(loose);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, loose(inner)]));
}

function off(value: number | undefined, wanted: number | undefined): number {
  return Math.abs((value ?? Number.NaN) - (wanted ?? Number.NaN));
}

/** How near two vectors are, in float64; higher is nearer. */
export function similarityOf(distance: Measure, x: Float32Array, y: Float32Array): number {
  let dot = 0;
  let xx = 0;
  let yy = 0;
  let square = 0;
  for (const [i, a] of x.entries()) {
    const b = y[i] ?? 0;
    dot += a * b;
    xx += a * a;
    yy += b * b;
    square += (a - b) ** 2;
  }
  if (distance === 'dot') return dot;
  return distance === 'euclidean' ? -Math.sqrt(square) : dot / Math.sqrt(xx * yy);
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function maxDifference(a: Float32Array | undefined, b: Float32Array): number {
  return a?.length === b.length
    ? Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? 0))))
    : Infinity;
}
