import { describe, expect, it } from 'vitest';
import { boundedAnswer } from '../../src/wire/bounds/answer-bounds.ts';
import type { CollectionInfo } from '../../src/wire/operations.ts';

const INFO: CollectionInfo = {
  count: 1,
  indexedCount: null,
  dimension: 2,
  distance: null,
  index: null,
  quantisation: null,
  parameters: {},
  serverVersion: null,
};

describe('an answer is refused where', () => {
  it.each(['count', 'indexedCount', 'dimension'] as const)('%s is no whole number', (name) => {
    for (const value of [Number.NaN, -1, 1.5, 2 ** 60]) {
      const info = { ...INFO, [name]: value };
      expect(() => boundedAnswer('describe', { collection: 'c' }, info)).toThrow(
        `${name}: expected a whole number, got ${value}`,
      );
    }
    expect(boundedAnswer('describe', { collection: 'c' }, { ...INFO, [name]: null })).toBeTruthy();
  });

  it('fewer documents were taken in than were sent', () => {
    const document = { id: 'a', text: '', metadata: {} };
    const request = { collection: 'c', documents: [document, document] };
    for (const accepted of [1, 0, Number.NaN]) {
      expect(() => boundedAnswer('ingest', request, { accepted })).toThrow(
        `took ${accepted} of 2 documents`,
      );
    }
    expect(boundedAnswer('ingest', request, { accepted: 2 })).toEqual({ accepted: 2 });
  });

  it('a text has no vector, or one of another dimension', () => {
    const request = { texts: ['a', 'b'], kind: 'query' } as const;
    const of = (...lengths: number[]) => ({
      vectors: lengths.map((length) => new Float32Array(length)),
      dimension: 2,
      model: null,
    });
    expect(() => boundedAnswer('embed', request, of(2))).toThrow('expected 2 vectors, got 1');
    expect(() => boundedAnswer('embed', request, of(2, 3))).toThrow('a vector of 3 numbers');
    expect(() => boundedAnswer('embed', request, { ...of(0, 0), dimension: 0 })).toThrow(
      'a vector of 0 numbers',
    );
    expect(boundedAnswer('embed', request, of(2, 2))).toBeTruthy();
  });
});
