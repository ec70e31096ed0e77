import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonCodec, taggedJsonCodec } from '../../src/record/record-codec.ts';

describe('records with vectors, large whole numbers and numbers that are not finite', () => {
  const schema = z.object({
    a: z.array(
      z.object({
        vector: z.instanceof(Float32Array),
        big: z.bigint(),
        score: z.custom<number>((value) => typeof value === 'number'),
      }),
    ),
    text: z.string(),
  });
  const codec = taggedJsonCodec(schema);

  it('read back as they were, to the bit', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ noNaN: true }),
        fc.bigInt(),
        fc.oneof(fc.double(), fc.constant(Number.NEGATIVE_INFINITY), fc.constant(Number.NaN)),
        fc.string(),
        (vector, big, score, text) => {
          // JSON has no negative zero.
          const record = { a: [{ vector, big, score: score + 0 }], text };
          const { bytes, rows } = codec.encode(record);
          expect(codec.decode(bytes, rows)).toEqual(record);
        },
      ),
    );
  });

  it('are refused where they are not what their schema says', () => {
    const { bytes } = codec.encode({ a: [], text: 'x' });
    const changed = Buffer.from(Buffer.from(bytes).toString().replace('"x"', '7'));
    expect(() => codec.decode(changed, null)).toThrow(/^text: /);
  });
});

it('a record that could not be read back is not written', () => {
  const codec = jsonCodec(z.object({ factor: z.number().min(1) }));
  expect(() => codec.encode({ factor: 0.5 })).toThrow(/^factor: /);
  // JSON has no infinity.
  expect(() => codec.encode({ factor: Number.POSITIVE_INFINITY })).toThrow(/^factor: /);
});

it('JSON of a backend is kept as it came, whatever its keys are', () => {
  const codec = jsonCodec(z.unknown());
  const body = { $integer: '12', nested: [{ $float32: 'AAAA' }] };
  expect(codec.decode(codec.encode(body).bytes, null)).toEqual(body);
});
