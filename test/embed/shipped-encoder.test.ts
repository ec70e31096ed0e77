import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const bytes = (vectors: readonly Float32Array[]) =>
  vectors.map((vector) =>
    Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('hex'),
  );

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
    expect(bytes(await other.embed(many, 'raw'))).toEqual(bytes(await encoder.embed(many, 'raw')));
  });

  it('gives the same bits whatever the order of the texts', async () => {
    const backwards = await encoder.embed(TEXTS.toReversed(), 'raw');
    expect(bytes(backwards.toReversed())).toEqual(bytes(await encoder.embed(TEXTS, 'raw')));
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

  it.each([
    ['forklft', 'forklift'],
    ['forlkift', 'forklift'],
    ['operater', 'operator'],
    ['eletrician', 'electrician'],
    ['phlebotomsit', 'phlebotomist'],
    ['springfeild', 'springfield'],
    ['housekeper', 'housekeeper'],
    ['refrigerrant', 'refrigerant'],
  ])(
    'places the misspelling %s nearer to %s than to any other occupation or place',
    async (typo, word) => {
      const others = [
        'welder',
        'custodian',
        'paralegal',
        'carpenter',
        'bookkeeper',
        'omaha',
        'dayton',
      ];
      const [slip, right, ...rest] = await encoder.embed([typo, word, ...others], 'raw');
      const nearness = cosine(slip, right);
      for (const other of rest) expect(cosine(slip, other)).toBeLessThan(nearness);
    },
  );

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

function cosine(
  a: Float32Array = new Float32Array(),
  b: Float32Array = new Float32Array(),
): number {
  let inner = 0;
  a.forEach((value, i) => {
    inner += value * (b[i] ?? 0);
  });
  return inner / (Math.hypot(...a) * Math.hypot(...b));
}
