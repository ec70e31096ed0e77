import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawVictims } from '../../../../src/demo/gateway/faults/draw.ts';
import { parseFault, plantFaults } from '../../../../src/demo/gateway/faults/parse.ts';
import { FAULTS } from '../../../../src/demo/gateway/faults/registry.ts';
import { createGoGateway } from '../../../../src/demo/gateway/go/gateway.ts';
import { UsageError } from '../../../../src/errors.ts';
import { COLLECTIONS, post, standInEncoder } from '../stand-in.ts';

const encoder = standInEncoder(32);

async function idsWith(fault: string, seed = 1, k = 10): Promise<readonly string[]> {
  const { body } = await ask(fault, seed, k);
  return (body.results as { id: string }[]).map(({ id }) => id);
}

async function ask(fault: string, seed = 1, k = 10) {
  const faults = fault === '' ? [] : plantFaults([parseFault(fault, seed)]);
  const gateway = await createGoGateway({ encoder, collections: COLLECTIONS, faults });
  try {
    const asked = { query_text: 'welder town 3', corpora: ['workers', 'jobs'], k };
    return await post(gateway, '/v1/matrix/retrieve', asked);
  } finally {
    await gateway.close();
  }
}

describe('KIND[:RATE]', () => {
  test('takes a rate, or the default of its kind', () => {
    expect(parseFault('drop:0.25', 9)).toEqual({ kind: 'drop', rate: 0.25, seed: 9 });
    expect(parseFault('drop', 9)).toEqual({ kind: 'drop', rate: 0.05, seed: 9 });
    expect(parseFault('errors:1e-3', 9).rate).toBe(0.001);
  });

  test.each(['drop:', 'drop:0', 'drop:1.01', 'drop:-0.1', 'drop:5%', 'drop:0.1:2', 'drop:0x1'])(
    'refuses %s',
    (text) => {
      expect(() => parseFault(text, 1)).toThrow(UsageError);
    },
  );

  test('names the nearest kind when one is unknown', () => {
    expect(() => parseFault('dorp:0.05', 1)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('did you mean drop?'), exitCode: 2 }),
    );
  });

  test('every kind has a default rate it accepts itself', () => {
    for (const [kind, fault] of FAULTS) {
      expect(fault.kind).toBe(kind);
      expect(parseFault(`${kind}:${fault.defaultRate}`, 1)).toEqual(parseFault(kind, 1));
    }
  });
});

describe('victims', () => {
  test('are as many as the rate says, never none, and the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (count, rate, seed) => {
          const victims = drawVictims(count, rate, seed, 'x');
          expect(victims.size).toBe(Math.max(1, Math.round(count * rate)));
          for (const victim of victims) {
            expect(victim >= 0 && victim < count && Number.isInteger(victim)).toBe(true);
          }
          expect(drawVictims(count, rate, seed, 'x')).toEqual(victims);
        },
      ),
    );
  });

  test('differ between seeds and between labels', () => {
    const sets = [
      drawVictims(200, 0.05, 1, 'a'),
      drawVictims(200, 0.05, 2, 'a'),
      drawVictims(200, 0.05, 1, 'b'),
    ];
    expect(new Set(sets.map((set) => [...set].sort().join())).size).toBe(3);
  });
});

describe('planted faults', () => {
  test('drop leaves out its share of each collection and nothing else', async () => {
    const sound = await idsWith('', 1, 1000);
    const dropped = await idsWith('drop:0.05', 1, 1000);
    // 5% of 120 workers and of 30 jobs.
    expect(sound).toHaveLength(150);
    expect(dropped).toHaveLength(150 - 6 - 2);
    expect(sound.filter((id) => dropped.includes(id))).toEqual(dropped);
    expect(await idsWith('drop:0.05', 2, 1000)).not.toEqual(dropped);
    expect(await idsWith('drop:0.05', 1, 1000)).toEqual(dropped);
  });

  test('reverse, truncate and duplicate change the rows as they say', async () => {
    const sound = await idsWith('');
    expect(await idsWith('reverse')).toEqual(sound.toReversed());
    expect(await idsWith('truncate')).toEqual(sound.slice(0, 8));
    expect(await idsWith('duplicate')).toEqual([sound[0], ...sound.slice(0, 9)]);
  });

  test('score-sign keeps the order and turns every distance round', async () => {
    const distances = async (fault: string) =>
      ((await ask(fault)).body.results as { distance: number }[]).map(({ distance }) => distance);
    expect(await distances('score-sign')).toEqual((await distances('')).map((value) => -value));
  });

  test('errors are 500s with a JSON body', async () => {
    expect(await ask('errors:1')).toEqual({ status: 500, body: { error: 'internal error' } });
  });

  test('malformed-json cuts the body under a status of 200', async () => {
    await expect(ask('malformed-json:1')).rejects.toThrow(SyntaxError);
  });

  test('several faults act together, in their order', async () => {
    const gateway = await createGoGateway({
      encoder,
      collections: COLLECTIONS,
      faults: plantFaults([parseFault('truncate', 1), parseFault('reverse', 1)]),
    });
    const { body } = await post(gateway, '/v1/matrix/retrieve', {
      query_text: 'welder town 3',
      corpora: ['workers', 'jobs'],
      k: 10,
    });
    const ids = (body.results as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual((await idsWith('')).slice(0, 8).toReversed());
    await gateway.close();
  });

  test('health answers whatever is planted', async () => {
    const gateway = await createGoGateway({
      encoder,
      collections: [],
      faults: plantFaults([parseFault('errors:1', 1), parseFault('hang:1', 1)]),
    });
    expect((await gateway.fetch(new Request('http://gateway/health'))).status).toBe(200);
    await gateway.close();
  });
});
