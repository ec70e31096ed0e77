import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerVariants } from '../../src/load/answers/answers.ts';
import { differingPaths, maskedRanges } from '../../src/load/answers/mask.ts';
import { recallUnderLoad } from '../../src/load/find/requests/settle.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('the variants of answers', () => {
  it('knows an answer again by its bytes, and tells queries apart', () => {
    const variants = createAnswerVariants();
    expect(variants.look(0, bytes({ ids: [1] }))).toBe(1);
    expect(variants.look(0, bytes({ ids: [2] }))).toBe(2);
    expect(variants.look(0, bytes({ ids: [1] }))).toBe(1);
    expect(variants.look(1, bytes({ ids: [2] }))).toBe(1);
    expect(Buffer.from(variants.variant(0, 2)).toString()).toBe('{"ids":[2]}');
  });

  it('does not see masked fields, whatever their length, and sees all others', () => {
    const variants = createAnswerVariants(new Set(['latency_ms', 'request_id', 'hits/*/age']));
    const answer = (latency: number, id: string, age: unknown, hit: string) =>
      bytes({ latency_ms: latency, hits: [{ id: hit, age }], request_id: id });
    expect(variants.look(0, answer(3, 'a"\\b', null, 'w-1'))).toBe(1);
    expect(variants.look(0, answer(12.75, 'a longer one', { nested: [1, '}'] }, 'w-1'))).toBe(1);
    expect(variants.look(0, answer(3, 'a', null, 'w-2'))).toBe(2);
    expect(variants.look(0, Buffer.concat([answer(3, 'a', null, 'w-1'), Buffer.from(' ')]))).toBe(
      3,
    );
  });

  it('takes any two values at the masked paths for the same answer', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, other, rest) => {
        const variants = createAnswerVariants(new Set(['volatile']));
        variants.look(0, bytes({ rest, volatile: one, tail: 1 }));
        expect(variants.look(0, bytes({ rest, volatile: other, tail: 1 }))).toBe(1);
        expect(variants.look(0, bytes({ rest, volatile: other, tail: 2 }))).toBe(2);
      }),
    );
  });

  it('does not fall over bodies that are no JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (body) => {
        const variants = createAnswerVariants(new Set(['a', 'b/*']));
        expect(variants.look(0, body)).toBe(1);
      }),
    );
  });
});

describe('maskedRanges', () => {
  it('finds values by their path, not by their name alone', () => {
    const json = Buffer.from('{"a": {"x": 1}, "x": [ {"x":"a\\"b"} , 2 ]}');
    const cut = (paths: string[]) =>
      maskedRanges(json, new Set(paths)).map(({ start, end }) => json.toString('utf8', start, end));
    expect(cut(['a/x'])).toEqual(['1']);
    expect(cut(['x/*/x'])).toEqual(['"a\\"b"']);
    expect(cut(['x/*'])).toEqual(['{"x":"a\\"b"}', '2']);
    expect(cut(['a', 'a/x'])).toEqual(['{"x": 1}']);
  });
});

describe('differingPaths', () => {
  it('names the leaves that differ between two replies to one request', () => {
    const reply = (ms: number, trace: string) => ({
      latency_ms: ms,
      results: [
        { id: 'w-1', trace },
        { id: 'w-2', trace },
      ],
    });
    expect(differingPaths(reply(1, 'a'), reply(2, 'b'))).toEqual(['latency_ms', 'results/*/trace']);
    expect(differingPaths(reply(1, 'a'), reply(1, 'a'))).toEqual([]);
  });
});

describe('recallUnderLoad', () => {
  it('scores what was not answered 0 and leaves out what has no recall', () => {
    const values = [{ recall: 1 }, null, { recall: null }, { recall: 0.5 }];
    expect(recallUnderLoad(values, [0, 1, 2, 3])).toBe(0.5);
    expect(recallUnderLoad(values, [2])).toBeNull();
  });
});
