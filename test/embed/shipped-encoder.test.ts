import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTypos } from '../../src/demo/corpus/needs/typos.ts';
import { PLACES } from '../../src/demo/corpus/world/places.ts';
import { randomFor } from '../../src/demo/corpus/world/random.ts';
import { ROLES } from '../../src/demo/corpus/world/roles.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import type { Encoder } from '../../src/embed/types.ts';

const FOLDER = 'corpora/encoder';
const TEXTS = [
  'Forklift Operator in Springfield, IL',
  '',
  'welder',
  'Registered Nurse (RN) near Cleveland, OH, night shift — BLS & ACLS, 5+ years!',
  'Мария Иванова, Электрик',
  '王伟 is a Plumber in Omaha, NE',
  'प्रिया शर्मा',
  '김민준 🚚🚚 forklft oprator',
  'zxqj vwkp qqqq',
  `${'Line Cook with grill station and knife work. '.repeat(60)}`,
  `${'a'.repeat(5000)}`,
  '\u0000\t\n \u200b',
];

const opened: Encoder[] = [];
async function open(options: { threads?: number; batchSize?: number } = {}): Promise<Encoder> {
  const encoder = await loadEncoder(FOLDER, options);
  opened.push(encoder);
  return encoder;
}
afterAll(() => Promise.all(opened.map((encoder) => encoder.close())));

let encoder: Encoder;
beforeAll(async () => {
  encoder = await open();
});

const hashes = (vectors: readonly Float32Array[]) =>
  vectors.map((vector) => createHash('sha256').update(vector).digest('hex'));

describe('the shipped encoder', () => {
  it('gives 768 finite numbers, not all zero, for any text at all', async () => {
    expect(encoder.dimension).toBe(768);
    for (const vector of await encoder.embed(TEXTS, 'raw')) expect(isUsable(vector)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), async (texts) => {
        const vectors = await encoder.embed(texts, 'query');
        return vectors.length === texts.length && vectors.every(isUsable);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    { batchSize: 1, threads: 1 },
    { batchSize: 7, threads: 2 },
    { batchSize: 64, threads: 2 },
  ])('gives the same bits at batch $batchSize on $threads threads', async (options) => {
    const many = Array.from({ length: 9 }, (_, i) =>
      TEXTS.map((text) => `${text} ${'dock '.repeat(i)}`),
    ).flat();
    const other = await open(options);
    expect(hashes(await other.embed(many, 'raw'))).toEqual(
      hashes(await encoder.embed(many, 'raw')),
    );
  });

  it('gives the same bits whatever the order of the texts', async () => {
    const backwards = await encoder.embed(TEXTS.toReversed(), 'raw');
    expect(hashes(backwards.toReversed())).toEqual(hashes(await encoder.embed(TEXTS, 'raw')));
  });

  it('sees 256 tokens, special ones included, and nothing behind them', async () => {
    const window = 'dock '.repeat(254);
    const [whole, longer, shorter] = await encoder.embed(
      [window, `${window} welder in Omaha`, 'dock '.repeat(253)],
      'raw',
    );
    expect(encoder.maxTokens).toBe(256);
    expect(longer).toEqual(whole);
    expect(shorter).not.toEqual(whole);
  });

  it('places a misspelling nearer to its word than to nine in ten other words of titles and places', async () => {
    const random = randomFor(1, 'misspellings');
    const words = [
      ...new Set([...ROLES.map(({ title }) => title), ...PLACES.map(({ city }) => city)]),
    ]
      .flatMap((phrase) => phrase.toLowerCase().split(' '))
      .filter((word) => word.length >= 6);
    const right = (await encoder.embed(words, 'raw')).map(unit);
    const slips = await encoder.embed(
      words.map((word) => withTypos(word, random)),
      'raw',
    );
    const beaten = slips.map(unit).flatMap((slip, own) => {
      const nearness = right.map((word) => dot(slip, word));
      return nearness.filter((_, i) => i !== own).map((other) => other < (nearness[own] ?? 0));
    });
    expect(beaten.filter(Boolean).length / beaten.length).toBeGreaterThanOrEqual(0.9);
  });

  it('ignores case and accents', async () => {
    const [plain, shouted] = await encoder.embed(
      ['sauté pans, welder', 'SAUTE PANS, Wélder'],
      'raw',
    );
    expect(shouted).toEqual(plain);
  });
});

function isUsable(vector: Float32Array): boolean {
  return vector.length === 768 && vector.every(Number.isFinite) && vector.some((one) => one !== 0);
}

function unit(vector: Float32Array): Float64Array {
  const length = Math.hypot(...vector);
  return Float64Array.from(vector, (value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
