import { matchesFilter } from '../../../corpus/filter.ts';
import type { FactsTable } from '../table.ts';
import { filterableFields } from '../workers.ts';
import type { Facts } from '../world/facts.ts';
import type { Role } from '../world/role.ts';
import { ROLES } from '../world/roles.ts';
import type { Need } from './need.ts';
import type { Question } from './questions.ts';

/**
 * The grade of one worker or posting for what is asked. The core is the role or, where no role is
 * asked, the first skill; without the core the grade is 0. With it, the other facets are counted
 * (city and state apart, each skill apart, certification, shift, years): all hold → 3, some hold → 2,
 * none holds → 1. A need whose core is all it asks is met with 3.
 */
export function gradeFor(asked: Question, facts: Facts): 0 | 1 | 2 | 3 {
  const [firstSkill, ...otherSkills] = asked.skills ?? [];
  const skills = asked.role === null ? otherSkills : (asked.skills ?? []);
  const core =
    asked.role === null
      ? firstSkill !== undefined && facts.skills.includes(firstSkill)
      : facts.role === asked.role;
  if (!core) return 0;
  const facets: boolean[] = skills.map((skill) => facts.skills.includes(skill));
  if (asked.place !== undefined) {
    const isState = facts.place.state === asked.place.state;
    facets.push(isState, isState && facts.place.city === asked.place.city);
  }
  if (asked.state !== undefined) facets.push(facts.place.state === asked.state);
  if (asked.certification !== undefined) {
    facets.push(facts.certifications.includes(asked.certification));
  }
  if (asked.shift !== undefined) facets.push(facts.shift === asked.shift);
  if (asked.minYears !== undefined) facets.push(facts.years >= asked.minYears);
  const met = facets.filter(Boolean).length;
  if (met === facets.length) return 3;
  return met > 0 ? 2 : 1;
}

/** Everybody of a table with a grade of at least `lowest`, by rising index; a filter leaves the others out. */
export function* judged(
  need: Need,
  table: FactsTable,
  lowest: number,
): Generator<{ readonly index: number; readonly grade: number }> {
  for (const index of candidates(need.asked, table)) {
    const facts = table.at(index);
    const grade = gradeFor(need.asked, facts);
    if (grade < lowest) continue;
    if (need.filter !== null && !matchesFilter(need.filter, filterableFields(facts))) continue;
    yield { index, grade };
  }
}

/** The role that is asked or, where none is, the one that the first skill belongs to. */
export function roleOf(asked: Question): Role | null {
  const [firstSkill = ''] = asked.skills ?? [];
  return asked.role ?? ROLES.find(({ skills }) => skills.includes(firstSkill)) ?? null;
}

// Every skill belongs to one role alone, so the holders of a skill are among that role's members.
function candidates(asked: Question, table: FactsTable): Iterable<number> {
  const role = roleOf(asked);
  return role === null ? [] : table.withRole(role);
}
