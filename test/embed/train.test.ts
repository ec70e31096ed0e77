import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trainingTexts, vocabularyTerms } from '../../src/demo/corpus/training-texts.ts';
import { symmetricEigen } from '../../src/demo/encoder/algebra/eigen.ts';
import { exactLog2 } from '../../src/demo/encoder/algebra/exact-math.ts';
import { innerProduct } from '../../src/demo/encoder/algebra/linear-algebra.ts';
import { buildModel } from '../../src/demo/encoder/build-model.ts';
import { countWords } from '../../src/demo/encoder/counts.ts';
import { cutWord, misspellings } from '../../src/demo/encoder/pieces.ts';
import { positiveMutualInformation } from '../../src/demo/encoder/ppmi.ts';
import { SHIPPED_RECIPE } from '../../src/demo/encoder/recipe.ts';
import { factorise } from '../../src/demo/encoder/word-vectors.ts';
import { wordsOf } from '../../src/demo/encoder/words.ts';
import { writeModel } from '../../src/demo/encoder/write-model.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { folderWith } from './small-model.ts';

const SMALL = {
  ...SHIPPED_RECIPE,
  textCount: 120,
  dimension: 48,
  minShare: 0.05,
  oversampling: 8,
  characterCount: 40,
  pieceCount: 150,
};
const SOURCE = { texts: trainingTexts, terms: vocabularyTerms() };
const first = buildModel(SMALL, SOURCE);

describe('the build', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    const again = buildModel(SMALL, SOURCE);
    const other = buildModel({ ...SMALL, seed: 2 }, SOURCE);
    expect([...again]).toEqual([...first]);
    expect(other.get('onnx/model.onnx')).not.toEqual(first.get('onnx/model.onnx'));
  });

  it('gives a model that loads and embeds', async () => {
    const folder = await folderWith({});
    await writeModel(folder, first);
    const encoder = await loadEncoder(folder);
    expect((await encoder.embed(['Welder in Omaha, NE'], 'query'))[0]).toHaveLength(48);
    await encoder.close();
  });

  it('made the committed files: the sidecar has their hashes and the recipe of today', async () => {
    const folder = 'corpora/encoder';
    const sidecar = JSON.parse(await readFile(join(folder, 'build.json'), 'utf8'));
    expect(sidecar.recipe).toEqual(SHIPPED_RECIPE);
    expect(Object.keys(sidecar.sha256)).toEqual([
      'encoder.json',
      'onnx/model.onnx',
      'tokenizer.json',
    ]);
    for (const [path, sha256] of Object.entries(sidecar.sha256)) {
      const bytes = await readFile(join(folder, path));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
  });
});

describe('exactLog2', () => {
  it('agrees with Math.log2 to 2e-15, relative to the larger of 1 and the result', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (value) => {
        const expected = Math.log2(value);
        return Math.abs(exactLog2(value) - expected) <= 2e-15 * Math.max(1, Math.abs(expected));
      }),
    );
  });

  it('is exact for powers of two', () => {
    for (let power = -1000; power <= 1000; power += 50) expect(exactLog2(2 ** power)).toBe(power);
  });
});

describe('symmetricEigen', () => {
  it('finds 1 and 3 for [[2, 1], [1, 2]]', () => {
    const { values } = symmetricEigen([Float64Array.of(2, 1), Float64Array.of(1, 2)]);
    expect([...values].sort()).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)]);
  });

  it('gives orthonormal vectors with A·v = λ·v for any symmetric matrix', () => {
    const matrices = fc.integer({ min: 1, max: 8 }).chain((size) =>
      fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: size, maxLength: size }), {
        minLength: size,
        maxLength: size,
      }),
    );
    fc.assert(
      fc.property(matrices, (half) => {
        const rows = half.map((row, i) =>
          Float64Array.from(row, (value, j) => value + (half[j]?.[i] ?? 0)),
        );
        const { values, vectors } = symmetricEigen(rows.map((row) => row.slice()));
        vectors.forEach((vector, at) => {
          rows.forEach((row, i) => {
            expect(innerProduct(row, vector)).toBeCloseTo((values[at] ?? 0) * (vector[i] ?? 0), 10);
          });
          vectors.forEach((other, j) => {
            expect(innerProduct(vector, other)).toBeCloseTo(at === j ? 1 : 0, 10);
          });
        });
      }),
    );
  });
});

describe('word vectors', () => {
  const counts = countWords(
    [
      ['red', 'apple', 'ripe'],
      ['red', 'cherry', 'ripe'],
      ['steel', 'bolt'],
      ['steel', 'nut'],
    ],
    { minShare: 0, window: 2 },
  );

  it('count texts and neighbours within the window, by hand', () => {
    // Twice each: red, ripe, steel; once: the others, which two are too few to train.
    expect(counts.words).toEqual(['red', 'ripe', 'steel']);
    expect([...counts.textsWith]).toEqual([2, 2, 2]);
    expect([...counts.together]).toEqual([0, 2, 0, 2, 0, 0, 0, 0, 0]);
    expect(counts.rareWords.get('apple')).toBe(1);
  });

  it('hold log2(p(a,b) / p(a)p(b)) of pairs that meet more often than by chance', () => {
    // p(red,ripe) = 2/4, p(red) = p(ripe) = 2/4: log2(2) = 1.
    const matrix = positiveMutualInformation(counts.together, 3, 0);
    expect([...matrix.values]).toEqual([1, 1]);
    expect([...matrix.columns]).toEqual([1, 0]);
  });

  it('have the inner products of |M| where the rank suffices', () => {
    const matrix = positiveMutualInformation(counts.together, 3, 0);
    const [red, ripe, steel] = factorise(matrix, {
      rank: 3,
      oversampling: 0,
      iterations: 2,
      seed: 1,
    });
    const none = new Float64Array(3);
    // M = [[0,1],[1,0]] has eigenvalues ±1, so U·|Λ|·Uᵀ is the identity.
    expect(innerProduct(red ?? none, red ?? none)).toBeCloseTo(1, 12);
    expect(innerProduct(red ?? none, ripe ?? none)).toBeCloseTo(0, 12);
    expect(innerProduct(steel ?? none, steel ?? none)).toBe(0);
  });
});

describe('word pieces', () => {
  it('are cut longest first from the left, as WordPiece does', () => {
    const pieces = new Set(['un', 'unaff', '##aff', '##able', '##a', 'a']);
    expect(cutWord('unaffable', pieces)).toEqual(['unaff', '##able']);
    expect(cutWord('unx', pieces)).toBeNull();
  });

  it('are learned from every slip of one letter', () => {
    const slips = misspellings('dock');
    for (const slip of ['dck', 'odck', 'ddock', 'dokc', 'eock']) expect(slips).toContain(slip);
    expect(slips).not.toContain('dock');
  });
});

it('splits words as the shipped tokenizer does', () => {
  expect(wordsOf('Élan-vital, 5+ yrs\u200b')).toEqual(['elan', '-', 'vital', ',', '5', '+', 'yrs']);
});
