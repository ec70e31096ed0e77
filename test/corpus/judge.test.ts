import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradeFor } from '../../src/demo/corpus/needs/judge.ts';
import { buildRolePlaceQueries } from '../../src/demo/corpus/needs/queries.ts';
import type { Question } from '../../src/demo/corpus/needs/questions.ts';
import { withTypos } from '../../src/demo/corpus/needs/typos.ts';
import { workerTable } from '../../src/demo/corpus/table.ts';
import { createWorkers } from '../../src/demo/corpus/workers.ts';
import type { Facts } from '../../src/demo/corpus/world/facts.ts';
import { randomFor } from '../../src/demo/corpus/world/random.ts';
import { ROLES } from '../../src/demo/corpus/world/roles.ts';

const [lift = neverRole(), picker = neverRole()] = ROLES;

const facts: Facts = {
  role: lift,
  place: { city: 'Springfield', state: 'IL' },
  shift: 'night',
  years: 9,
  pay: 20,
  available: true,
  skills: ['pallet jack', 'dock loading'],
  certifications: ['powered lift card'],
};

test.each<[string, Question, number]>([
  ['role, city and state', { role: lift, place: { city: 'Springfield', state: 'IL' } }, 3],
  ['role and state, not the city', { role: lift, place: { city: 'Peoria', state: 'IL' } }, 2],
  [
    'role, and a city of that name elsewhere',
    { role: lift, place: { city: 'Springfield', state: 'MO' } },
    1,
  ],
  ['another role in the same place', { role: picker, place: facts.place }, 0],
  ['role and nothing else of what is asked', { role: lift, shift: 'day', state: 'OH' }, 1],
  ['role and one of two skills', { role: lift, skills: ['pallet jack', 'reach stackers'] }, 2],
  ['role and the least years', { role: lift, minYears: 9 }, 3],
  ['role without the years', { role: lift, minYears: 10 }, 1],
  ['role and certification', { role: lift, certification: 'powered lift card' }, 3],
  [
    'the first skill and the second, no role',
    { role: null, skills: ['pallet jack', 'dock loading'] },
    3,
  ],
  ['the first skill alone, no role', { role: null, skills: ['pallet jack', 'reach stackers'] }, 1],
  ['not the first skill, no role', { role: null, skills: ['reach stackers', 'pallet jack'] }, 0],
  ['the role where nothing else is asked', { role: lift }, 3],
])('the written rule grades %s', (_, asked, grade) => {
  expect(gradeFor(asked, facts)).toBe(grade);
});

test('the packed table gives back the facts of every worker', () => {
  const workers = createWorkers(5, 150);
  const table = workerTable(workers);
  for (let index = 0; index < 150; index++) {
    const packed = table.at(index);
    const own = workers.facts(index);
    expect({
      ...packed,
      skills: packed.skills.toSorted(),
      certifications: packed.certifications.toSorted(),
    }).toEqual({
      ...own,
      skills: own.skills.toSorted(),
      certifications: own.certifications.toSorted(),
    });
    expect(table.withRole(own.role)).toContain(index);
  }
});

test('every skill and certification belongs to one role alone, as the judgments assume', () => {
  const all = ROLES.flatMap(({ skills, certifications }) => [...skills, ...certifications]);
  expect(new Set(all).size).toBe(all.length);
});

test('200 role and place queries are all different, for any seed', () => {
  for (const seed of [11, 12, 13]) {
    const queries = buildRolePlaceQueries({
      seed,
      count: 200,
      table: workerTable(createWorkers(seed, 200)),
    });
    expect(new Set(queries.map(({ text }) => text)).size).toBe(200);
    expect(queries.every((q) => q.text === `${q.role} in ${q.city}, ${q.state}`)).toBe(true);
  }
});

test('a misspelling always differs from the text, and only in words of five letters or more', () => {
  fc.assert(
    fc.property(fc.nat(), (index) => {
      const text = 'Forklift Operator in Springfield, IL';
      const mistyped = withTypos(text, randomFor(1, 'test', index));
      expect(mistyped).not.toBe(text);
      expect(mistyped).toMatch(/^F\w+ O\w+ in S\w+, IL$/);
    }),
  );
});

function neverRole(): never {
  throw new Error('there are no roles');
}
