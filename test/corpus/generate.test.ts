import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../../src/corpus/document-key.ts';
import { matchesFilter } from '../../src/corpus/filter.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import type { Corpus, Document, Query } from '../../src/corpus/types.ts';
import { DEFAULT_SEED, generateCorpus } from '../../src/demo/corpus/generate-corpus.ts';
import { SELECTIVITIES } from '../../src/demo/corpus/needs/filters.ts';

const COMMITTED = join(import.meta.dirname, '../../corpora/workers-200');
let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'generate-'));
});

afterAll(() => rm(scratch, { recursive: true }));

function workersOf(corpus: Corpus): readonly Document[] {
  return corpus.collections.find(({ name }) => name === 'workers')?.documents ?? [];
}

function countBy<T>(items: readonly T[], key: (item: T) => unknown): Map<unknown, number> {
  return new Map([...Map.groupBy(items, key)].map(([value, group]) => [value, group.length]));
}

describe('the committed corpus workers-200', () => {
  let corpus: Corpus;
  let workers: readonly Document[];

  beforeAll(async () => {
    corpus = await loadCorpus(COMMITTED);
    workers = workersOf(corpus);
  });

  const needsOf = (queries: readonly Query[]) => new Set(queries.map(({ need }) => need)).size;
  const inSlice = (slice: string) => corpus.queries.filter(({ slices }) => slices.includes(slice));

  test('is what the generator writes, byte for byte', async () => {
    const folder = join(scratch, 'again');
    const { files } = await generateCorpus({ size: 200, seed: DEFAULT_SEED, folder });
    expect(await readdir(folder)).toHaveLength(5);
    for (const file of Object.keys(files)) {
      const [made, committed] = await Promise.all(
        [folder, COMMITTED].map((where) => readFile(join(where, file))),
      );
      expect(made?.equals(committed ?? Buffer.alloc(0)), file).toBe(true);
    }
  });

  test('has the three known workers, and no other Forklift Operator in Springfield', () => {
    const known = (index: number) => {
      const { name, role, city, state } = workers[index]?.metadata ?? {};
      return [name, role, city, state].join(' / ');
    };
    expect(known(43)).toBe('Brian Ramirez / Forklift Operator / Springfield / IL');
    expect(known(101)).toBe('Terrence Gray / Forklift Operator / Champaign / IL');
    expect(known(102)).toBe('Laura Long / Forklift Operator / Cleveland / OH');
    const filter = { role: 'Forklift Operator', city: 'Springfield' };
    const ids = workers
      .filter(({ metadata }) => matchesFilter(filter, metadata))
      .map(({ id }) => id);
    expect(ids).toEqual(['w-43']);
  });

  test('has 200 workers in 24 roles of at least six', () => {
    expect(workers.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, i) => `w-${i}`));
    const roles = countBy(workers, ({ metadata }) => metadata.role);
    expect(roles.size).toBe(24);
    expect(Math.min(...roles.values())).toBeGreaterThanOrEqual(6);
  });

  test('has ten pairs of equal documents under different ids', () => {
    const contents = countBy(workers, ({ text, metadata }) => JSON.stringify([text, metadata]));
    expect([...contents.values()].filter((count) => count > 1)).toEqual(Array(10).fill(2));
    expect(new Set(workers.map(({ text }) => text)).size).toBe(190);
  });

  test('has twenty texts of more than 400 words, and short ones otherwise', () => {
    const lengths = workers.map(({ text }) => text.split(' ').length);
    expect(lengths.filter((words) => words > 400)).toHaveLength(20);
    expect(lengths.filter((words) => words >= 50 && words <= 90)).toHaveLength(180);
  });

  test('has names in at least five scripts', () => {
    const scripts = ['Latin', 'Greek', 'Han', 'Hangul', 'Arabic', 'Devanagari', 'Cyrillic'];
    const found = scripts.filter((script) =>
      workers.some(({ metadata }) =>
        new RegExp(`\\p{Script=${script}}`, 'u').test(String(metadata.name)),
      ),
    );
    expect(found.length).toBeGreaterThanOrEqual(5);
  });

  test('has enough queries and needs, each text once', () => {
    expect(corpus.queries.length).toBeGreaterThanOrEqual(1_400);
    expect(needsOf(corpus.queries)).toBeGreaterThanOrEqual(1_000);
    const plain = corpus.queries.filter(
      (q) => q.filter === undefined && q.collections.length === 1,
    );
    expect(needsOf(plain)).toBeGreaterThanOrEqual(700);
    expect(new Set(corpus.queries.map(({ text }) => text)).size).toBe(corpus.queries.length);
    const known = corpus.queries.find((q) => q.text === 'Forklift Operator in Springfield, IL');
    expect(known?.slices).toEqual(['role+place']);
    expect(corpus.judgments.get(known?.id ?? '')?.get(keyOf('workers', 'w-43'))).toBe(3);
  });

  test('has no text with the braces or the dollar sign of a template', () => {
    const texts = [...corpus.collections.flatMap(({ documents }) => documents), ...corpus.queries];
    expect(texts.filter(({ text }) => /\$[^0-9]|[{}]|undefined/.test(text))).toEqual([]);
  });

  test('names the role that a query is about as its cluster, the same for all wordings of a need', () => {
    const roles = new Set(workers.map(({ metadata }) => metadata.role));
    for (const { id, cluster } of corpus.queries) expect(roles.has(cluster ?? ''), id).toBe(true);
    const named = corpus.queries.filter(({ slices }) => slices.includes('role+place'));
    for (const { text, cluster } of named.filter(({ slices }) => slices.length === 1)) {
      expect(text.startsWith(`${cluster} in `), text).toBe(true);
    }
    for (const group of Map.groupBy(corpus.queries, ({ need }) => need).values()) {
      expect(new Set(group.map(({ cluster }) => cluster)).size).toBe(1);
    }
  });

  test('has every slice, and its filters accept the share that the slice promises', () => {
    for (const slice of ['plain', 'role+place', 'skills', 'long-prose', 'typos', 'paraphrases']) {
      expect(needsOf(inSlice(slice)), slice).toBeGreaterThanOrEqual(100);
    }
    expect(needsOf(inSlice('several-corpora'))).toBeGreaterThanOrEqual(60);
    for (const [slice, { low, high }] of Object.entries(SELECTIVITIES)) {
      const queries = inSlice(slice);
      expect(needsOf(queries), slice).toBeGreaterThanOrEqual(60);
      for (const { filter } of queries) {
        const accepted = workers.filter(({ metadata }) => matchesFilter(filter ?? {}, metadata));
        expect(accepted.length / workers.length).toBeGreaterThanOrEqual(low);
        expect(accepted.length / workers.length).toBeLessThanOrEqual(high);
      }
    }
  });

  test('judges every query, and under a filter only what the filter accepts', () => {
    const documents = new Map(
      corpus.collections.flatMap(({ name, documents: all }) =>
        all.map((document) => [`${name}/${document.id}`, document.metadata]),
      ),
    );
    for (const { id, filter } of corpus.queries) {
      const judged = [...(corpus.judgments.get(id) ?? new Map()).keys()];
      expect(judged.length, id).toBeGreaterThan(0);
      if (filter === undefined) continue;
      expect(judged.every((key) => matchesFilter(filter, documents.get(key) ?? {}))).toBe(true);
    }
  });

  test('judges all wordings of a need alike', () => {
    for (const group of Map.groupBy(corpus.queries, ({ need }) => need).values()) {
      const grades = group.map(({ id }) => JSON.stringify([...(corpus.judgments.get(id) ?? [])]));
      expect(new Set(grades).size).toBe(1);
    }
  });
});

describe('the generator', () => {
  test.each([
    [103, 7],
    [200, 4_294_967_295],
    [1_013, 0],
  ])(
    'makes a corpus of %i workers with seed %i that loads and has the known workers',
    async (size, seed) => {
      const folder = join(scratch, `${size}-${seed}`);
      await generateCorpus({ size, seed, folder });
      const workers = workersOf(await loadCorpus(folder));
      expect(workers).toHaveLength(size);
      const filter = { role: 'Forklift Operator', city: 'Springfield' };
      const ids = workers
        .filter(({ metadata }) => matchesFilter(filter, metadata))
        .map(({ id }) => id);
      expect(ids).toEqual(['w-43']);
      expect(workers[102]?.metadata.name).toBe('Laura Long');
      const roles = countBy(workers, ({ metadata }) => metadata.role);
      expect(roles.size).toBe(24);
      expect(Math.min(...roles.values())).toBeGreaterThanOrEqual(size < 200 ? 2 : 4);
    },
  );

  test('makes a corpus of one worker', async () => {
    const folder = join(scratch, 'one');
    await generateCorpus({ size: 1, seed: 1, folder });
    expect(workersOf(await loadCorpus(folder))).toHaveLength(1);
  });

  test('gives other bytes for another seed', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map((seed) =>
        generateCorpus({ size: 20, seed, folder: join(scratch, `seed-${seed}`) }),
      ),
    );
    for (const file of Object.keys(a?.files ?? {})) {
      expect(a?.files[file]?.sha256).not.toBe(b?.files[file]?.sha256);
    }
  });

  test('leaves a corpus alone that it has not made', async () => {
    const folder = await mkdtemp(join(scratch, 'foreign-'));
    await writeFile(join(folder, 'manifest.json'), '{"version": 1, "name": "ours"}');
    await expect(generateCorpus({ size: 20, seed: 1, folder })).rejects.toMatchObject({
      code: 'corpus-exists',
    });
    expect(await readdir(folder)).toEqual(['manifest.json']);
  });

  test('leaves nothing behind when it is interrupted', async () => {
    const folder = join(scratch, 'interrupted', 'deep');
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(generateCorpus({ size: 200, seed: 1, folder, signal })).rejects.toThrow(
      'interrupted',
    );
    expect(await readdir(scratch)).not.toContain('interrupted');
  });
});
