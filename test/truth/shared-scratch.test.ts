import { describe, expect, it } from 'vitest';
import { sharedScratch } from '../../src/truth/engines/pool/share-values.ts';

/** Float32 values of a MiB. */
const MIB = 2 ** 18;
const scratchOf = () => sharedScratch(2 ** 24);

describe('shared scratch memory', () => {
  it('lends memory again once it was given back, for values that fit', async () => {
    const scratch = scratchOf();
    const first = await scratch.share(Float32Array.of(1, 2, 3));
    scratch.release(first);
    const second = await scratch.share(Float32Array.of(4, 5));
    expect(second.buffer).toBe(first.buffer);
    expect([...second]).toEqual([4, 5]);
    scratch.release(second);
    const larger = await scratch.share(Float32Array.of(6, 7, 8, 9));
    expect(larger.buffer).not.toBe(first.buffer);
    expect([...larger]).toEqual([6, 7, 8, 9]);
  });

  it('never lends what is still in use, or what is not its own', async () => {
    const scratch = scratchOf();
    const first = await scratch.share(Float32Array.of(1, 2));
    const second = await scratch.share(Float32Array.of(3, 4));
    expect(second.buffer).not.toBe(first.buffer);
    const theirs = new Float32Array(new SharedArrayBuffer(8));
    expect(await scratch.share(theirs)).toBe(theirs);
    scratch.release(theirs);
    scratch.release(first);
    scratch.release(first);
    const third = await scratch.share(Float32Array.of(5, 6));
    expect(third.buffer).toBe(first.buffer);
    const fourth = await scratch.share(Float32Array.of(7, 8));
    expect([first.buffer, second.buffer, theirs.buffer]).not.toContain(fourth.buffer);
    expect([[...second], [...third]]).toEqual([
      [3, 4],
      [5, 6],
    ]);
  });

  it('keeps nothing large', async () => {
    const scratch = scratchOf();
    const large = await scratch.share(new Float32Array(17 * MIB));
    scratch.release(large);
    const next = await scratch.share(Float32Array.of(1));
    expect(next.buffer).not.toBe(large.buffer);
  });
});
