import { expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import type { RankedAnswer } from '../../src/attribution/types.ts';
import { plantedWorld, recorded, SOUND } from './planted-world.ts';

/** The last two rows of some of the candidate's answers change places; on the incumbent's side they are so far apart. */
function exchanged({ answers, gap }: { readonly answers: number; readonly gap: number }) {
  const input = recorded(plantedWorld(1), SOUND, SOUND);
  const of = (side: 'incumbent' | 'candidate') =>
    new Map(
      [...input.sides[side].answers].map(([id, answer], at): [string, RankedAnswer] => {
        const [a, b] = answer.keys.slice(-2);
        if (at >= answers || a === undefined || b === undefined) return [id, answer];
        const before = answer.scores.at(-2) ?? 0;
        const scores = [...answer.scores.slice(0, -2), before, before - gap];
        const last = side === 'incumbent' ? [a, b] : [b, a];
        return [id, { ...answer, keys: [...answer.keys.slice(0, -2), ...last], scores }];
      }),
    );
  const { incumbent, candidate } = input.sides;
  return {
    ...input,
    sides: {
      incumbent: { ...incumbent, answers: of('incumbent') },
      candidate: { ...candidate, answers: of('candidate') },
    },
  };
}

it('lists of the same documents in nearly the same order need no cause', () => {
  const few = attribute(exchanged({ answers: 2, gap: 1e-5 })).finding;
  expect(few.measures.find(({ measure }) => measure === '1 − RBO')?.total).toBeGreaterThan(0);
  expect(few).toMatchObject({
    status: 'nothing to explain',
    sentence: 'The answers hold the same documents, and their order differs by near ties alone.',
  });
});

it('need one where rows that are far apart change places, or many do', () => {
  const statusOf = (how: Parameters<typeof exchanged>[0]) =>
    attribute(exchanged(how)).finding.status;
  expect(statusOf({ answers: 2, gap: 0.1 })).not.toBe('nothing to explain');
  expect(statusOf({ answers: 80, gap: 1e-5 })).not.toBe('nothing to explain');
});
