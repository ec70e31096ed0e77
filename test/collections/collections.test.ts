import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCollection } from '../../src/collections/build-collection.ts';
import { chosen, drawn, tuningSplit } from '../../src/collections/chosen.ts';
import { collectionNamed } from '../../src/collections/collections.ts';
import { packagesAsCorpus } from '../../src/collections/debian/debian-known-item.ts';
import type { DebianPackage } from '../../src/collections/debian/packages.ts';
import { relevance } from '../../src/collections/debian/relevance.ts';
import { wordsAsCorpus } from '../../src/collections/glove/glove-words.ts';
import { difficultySlices } from '../../src/collections/slices/difficulty.ts';
import { checkedSha256 } from '../../src/collections/sources/checked-sha256.ts';
import { runTool } from '../../src/collections/sources/run-tool.ts';
import { weightedMeans } from '../../src/collections/text/weighted-means.ts';
import { knownWords } from '../../src/collections/text/words-of.ts';
import type { CollectedCorpus, CollectionRecipe } from '../../src/collections/types.ts';
import { parseSynset } from '../../src/collections/wordnet/synsets.ts';
import { glossesAsCorpus } from '../../src/collections/wordnet/wordnet-glosses.ts';
import { hashCorpus } from '../../src/corpus/hash.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { randomOf } from '../../src/stats/random.ts';

const WORDS = Array.from(
  { length: 900 },
  (_, at) =>
    `word${String.fromCharCode(97 + (at % 26))}${'xyz'[at % 3]}${'q'.repeat(Math.floor(at / 78))}`,
);
const random = randomOf(5);
const VECTORS = {
  words: [...new Set(WORDS)],
  dimension: 8,
  values: Float32Array.from({ length: new Set(WORDS).size * 8 }, () => random.normal()),
};
const OPTIONS = { documents: null, queries: null, metric: null } as const;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collections-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function stub(name: string, made: CollectedCorpus): CollectionRecipe {
  return { name, summary: 'for this test', collect: async () => made };
}

const build = (collection: CollectionRecipe, to: string) =>
  buildCollection({
    ...{ collection, folder: join(folder, to), ...OPTIONS },
    signal: new AbortController().signal,
    onStep: () => {},
  });

describe('a collection', () => {
  const made = wordsAsCorpus(VECTORS, { ...OPTIONS, queries: 30 }, [
    { source: 's', licence: 'l', file: 'f', sha256: 'ab', date: null },
  ]);

  it('is built into a folder that loads, with the same bytes each time', async () => {
    const built = await build(stub('words', made), 'one');
    expect(built).toMatchObject({ queryCount: 10, documentCount: VECTORS.words.length - 10 });
    await build(stub('words', made), 'two');
    const corpus = await loadCorpus(join(folder, 'one'));
    expect(corpus.queries).toHaveLength(10);
    expect(corpus.queries.flatMap(({ slices }) => slices)).toContain('narrow-margin');
    const hashes = await hashCorpus(join(folder, 'one'));
    expect(await hashCorpus(join(folder, 'two'))).toEqual(hashes);
    expect((await readdir(join(folder, 'one'))).toSorted()).toEqual([
      'documents.jsonl',
      'judgments.tsv',
      'manifest.json',
      'queries.jsonl',
      'vectors',
    ]);
  });

  it('is never written over another, and leaves nothing where it fails', async () => {
    await expect(build(stub('words', made), 'one')).rejects.toMatchObject({ code: 'new-folder' });
    const broken = { ...stub('x', made), collect: () => Promise.reject(new Error('no source')) };
    await expect(build(broken, 'three')).rejects.toThrow('no source');
    expect((await readdir(folder)).toSorted()).toEqual(['one', 'two']);
  });

  it('is known by name', () => {
    expect(() => collectionNamed('glove')).toThrow('there is no collection "glove"');
    expect(collectionNamed('glove-words').name).toBe('glove-words');
  });
});

describe('a choice by name', () => {
  it('holds every smaller one, and keeps the order', () => {
    const names = Array.from({ length: 200 }, (_, at) => `n${at}`);
    const some = chosen(names, 50, (name) => name);
    const fewer = chosen(names, 20, (name) => name);
    expect(some).toHaveLength(50);
    expect(fewer.every((name) => some.includes(name))).toBe(true);
    expect(some).toEqual(names.filter((name) => some.includes(name)));
    const tuning = names.filter((name) => tuningSplit(name) === 'tune').length;
    expect(tuning).toBeGreaterThan(70);
    expect(tuning).toBeLessThan(130);
    expect(new Set(names.map((name) => drawn(name, 8))).size).toBe(8);
  });
});

describe('vectors of texts', () => {
  it('are means weighted by the smoothed inverse document frequency', () => {
    const vectors = { words: ['a', 'b'], dimension: 2, values: Float32Array.of(1, 0, 0, 1) };
    const means = weightedMeans(vectors, ['a b', 'a', 'a']);
    const out = new Float32Array(2);
    expect(means.write('A b unknown', out)).toBe(true);
    const [idfA, idfB] = [Math.log(4 / 4) + 1, Math.log(4 / 2) + 1];
    expect(out[0]).toBeCloseTo(idfA / (idfA + idfB), 6);
    expect(out[1]).toBeCloseTo(idfB / (idfA + idfB), 6);
    expect(means.write('nothing known', out)).toBe(false);
  });

  it('know the parts of a word that is not known whole', () => {
    const known = new Set(['free', 'software', "don't", 'gtk']);
    expect(knownWords('Free-Software don’t GTK+', (word) => known.has(word))).toEqual([
      'free',
      'software',
      "don't",
      'gtk',
    ]);
  });
});

const one = (name: string, more: Partial<DebianPackage> = {}): DebianPackage => ({
  ...{ name, source: name, section: 'games', priority: 'optional', installedKiB: 10, tags: [] },
  ...{ synopsis: 'worda x', description: `wordb ${name}` },
  ...more,
});

describe('packages of Debian', () => {
  const tags = ['game::a', 'use::b', 'field::c', 'role::program'];
  const tagged = Array.from({ length: 12 }, (_, at) => one(`t${at}`, { tags }));
  const twins = ['u1', 'u2'].map((name) => one(name, { source: 'u', description: 'wordb same' }));

  it('are relevant to the synopsis of their twins, and of those with three topical tags in common', () => {
    const judge = relevance([...tagged, ...twins, one('alone')]);
    const [first] = tagged;
    if (first === undefined) throw new Error('there are twelve');
    const judged = judge(first, 'q', () => true);
    expect(judged).toContainEqual(['q', 't0', 2]);
    expect(judged).toContainEqual(['q', 't7', 1]);
    expect(judged).toHaveLength(12);
    expect(judge(twins[0] ?? first, 'q', () => true)).toEqual([
      ['q', 'u1', 2],
      ['q', 'u2', 2],
    ]);
    expect(judge(first, 'q', ({ name }) => name === 't0')).toEqual([['q', 't0', 2]]);
  });

  it('become a corpus whose filters let the package itself be found', () => {
    const words = {
      words: ['worda', 'wordb', 'x'],
      dimension: 2,
      values: Float32Array.of(1, 0, 0, 1, 1, 1),
    };
    const all = Array.from({ length: 60 }, (_, at) => one(`p${at}`, { section: `s${at % 3}` }));
    const unknown = one('zz', { description: 'unheard' });
    const made = packagesAsCorpus([...all, unknown], OPTIONS, (texts) =>
      weightedMeans(words, texts),
    );
    expect(made.documents).toHaveLength(60);
    expect(made.notes).toEqual(['1 description without a known word was left out']);
    const filtered = made.queries.filter(({ filter }) => filter !== undefined);
    expect(filtered.length).toBeGreaterThan(5);
    for (const { id, slices } of filtered) {
      expect(slices.some((slice) => slice.startsWith('filtered'))).toBe(true);
      expect(made.judgments.some(([query, , grade]) => query === id && grade === 2)).toBe(true);
    }
  });
});

describe('glosses of WordNet', () => {
  it('become documents, and examples queries whose relations are judged', () => {
    const words = {
      words: ['dog', 'animal', 'barks', 'cat'],
      dimension: 2,
      values: Float32Array.of(1, 0, 0, 1, 1, 1, 1, 2),
    };
    const synsets = [
      '00000001 05 n 01 dog 0 001 @ 00000002 n 0000 | an animal; "look there"; "the dog barks"',
      '00000002 05 n 01 animal 0 000 | a living animal',
      '00000003 05 n 01 qqq 0 000 | zzz; "the cat"',
    ].flatMap((line) => parseSynset(line) ?? []);
    const made = glossesAsCorpus(synsets, OPTIONS, (texts) => weightedMeans(words, texts));
    expect(made.documents.map(({ id }) => id)).toEqual(['n00000001', 'n00000002']);
    expect(made.queries.map(({ text }) => text)).toEqual(['the dog barks']);
    expect(made.judgments).toEqual([
      ['e-n00000001', 'n00000001', 3],
      ['e-n00000001', 'n00000002', 1],
    ]);
  });
});

describe('slices of difficulty', () => {
  it('are the tenth with the narrowest margin, and the queries whose nearest document is a hub', () => {
    const lists = Array.from({ length: 20 }, (_, at) => ({
      keys: [at < 1 ? 'hub' : `d${at}`, 'hub', `e${at}`],
      scores: Float64Array.of(0.9, 0.8, 0.8 - 0.01 * (at + 1)),
      allowedCount: 3,
    }));
    const slices = difficultySlices(lists, 2);
    expect(
      slices
        .map((names, at) => (names.includes('narrow-margin') ? at : -1))
        .filter((at) => at >= 0),
    ).toEqual([0, 1]);
    expect(slices.flatMap((names, at) => (names.includes('nearest-is-hub') ? [at] : []))).toEqual([
      0,
    ]);
  });
});

describe('a source', () => {
  it('with other bytes than the pinned ones is refused', async () => {
    const path = join(folder, 'one', 'manifest.json');
    await expect(checkedSha256(path, '0'.repeat(64), 'npm x@1')).rejects.toThrow(
      /npm x@1: manifest\.json has the sha256 [0-9a-f]{64}, and not 0{64}/,
    );
  });

  it('that cannot be had is an error that says by what it is fetched', async () => {
    const { signal } = new AbortController();
    const options = { cwd: folder, signal, wanted: 'npm x@1' };
    await expect(runTool('no-such-tool', [], options)).rejects.toThrow(
      'there is no no-such-tool here',
    );
    const failing = join(folder, 'fail.mjs');
    await writeFile(failing, "console.error('E: gone'); process.exit(3);");
    await expect(runTool(process.execPath, [failing], options)).rejects.toMatchObject({
      code: 'collection-source',
      exitCode: 4,
      message: 'npm x@1: cannot be had: E: gone',
    });
    await rm(failing);
  });
});
