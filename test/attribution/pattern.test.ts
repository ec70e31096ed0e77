import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { describePattern, patternOf } from '../../src/attribution/pattern.ts';
import type { AttributionQuery } from '../../src/attribution/types.ts';
import { randomStream } from '../../src/stats/random.ts';
import { plantedWorld, recorded, SOUND } from './planted-world.ts';

const WORDS = new Set(['welder', 'nurse', 'in', 'the', 'north', 'who', 'can', 'start', 'soon']);

/** Queries of many lengths; `change` makes some of them special. */
function asked(change: (at: number) => Partial<AttributionQuery>): AttributionQuery[] {
  const texts = ['welder in the north', 'nurse who can start soon', 'soon', 'the north'];
  return Array.from({ length: 60 }, (_, at) => ({
    id: `q-${at}`,
    text: `${texts[at % texts.length]} ${'in '.repeat(at % 7)}`.trim(),
    collections: ['all'],
    filter: null,
    slices: ['plain'],
    askedMs: 100 * ((at * 17) % 60),
    weight: 1,
    noise: { incumbent: null, candidate: null },
    ...change(at),
  }));
}

const every = (step: number): Set<number> =>
  new Set(Array.from({ length: 60 }, (_, at) => at).filter((at) => at % step === 0));

describe('what the queries that nothing explains have in common', () => {
  for (const [name, change, told] of [
    ['a filter', { filter: { half: 'even' } }, 'carry a filter'],
    ['several collections', { collections: ['all', 'more'] }, 'go to several collections'],
    ['a slice', { slices: ['plain', 'typo'] }, 'are of the slice typo'],
    [
      'words that nobody knows',
      { text: 'weldr in the north' },
      'hold a word that no document holds',
    ],
    ['length', { text: 'who can start soon in the north '.repeat(3) }, 'are longer than'],
    ['the end of the run', { askedMs: 9000 }, 'were asked more than'],
  ] as const) {
    it(`is ${name}`, () => {
      const affected = every(5);
      const queries = asked((at) => (affected.has(at) ? change : {}));
      const found = patternOf(queries, affected, WORDS);
      expect(found?.property).toContain(told);
      expect(found?.affected).toEqual({ with: 12, of: 12 });
      expect(found?.others.with).toBeLessThanOrEqual(2);
    });
  }

  it('is a beginning that is shared, as of a cache by the first characters', () => {
    const affected = every(5);
    const queries = asked((at) => ({
      text: affected.has(at) ? `nurse who can start soon ${at % 2}` : `${at} welder`,
    }));
    const found = patternOf(
      queries,
      affected,
      new Set([...WORDS, ...Array.from({ length: 60 }, (_, at) => `${at}`)]),
    );
    expect(found === null ? null : describePattern(found)).toMatch(
      /^hint, not a cause: 12 of 12 affected queries (begin with the same|are longer)/,
    );
  });

  it('is nothing where chance chose them, nor of too few', () => {
    const random = randomStream(3, 'chance');
    const chosen = new Set(Array.from({ length: 15 }, () => random.below(60)));
    const queries = asked(() => ({}));
    expect(patternOf(queries, chosen, WORDS)).toBeNull();
    expect(patternOf(queries, new Set([1, 2, 3]), WORDS)).toBeNull();
  });

  it('is told beside an attribution that ends unexplained', () => {
    const world = plantedWorld(11);
    const input = recorded(world, SOUND, SOUND);
    const { candidate } = input.sides;
    const other = (id: string): string => `q-${(Number(id.slice(2)) + 5) % 80}`;
    const filtered = new Set(
      input.queries.flatMap(({ id, filter }) => (filter === null ? [] : [id])),
    );
    const instead = (answers: typeof candidate.answers) =>
      new Map(
        [...answers].map(([id, answer]) => [
          id,
          filtered.has(id) ? (answers.get(other(id)) ?? answer) : answer,
        ]),
      );
    const { status, remarks } = attribute({
      ...input,
      sides: {
        ...input.sides,
        candidate: {
          ...candidate,
          answers: instead(candidate.answers),
          deep: instead(candidate.deep),
        },
      },
    }).finding;
    expect(status).toBe('unexplained');
    expect(remarks.join(' ')).toMatch(
      /candidate: hint, not a cause: \d+ of \d+ affected queries carry a filter, and 0 of \d+ others/,
    );
  });
});
