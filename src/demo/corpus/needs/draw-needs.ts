import { matchesFilter } from '../../../corpus/filter.ts';
import type { Random } from '../../../stats/random.ts';
import { JOBS } from '../jobs.ts';
import type { FactsTable } from '../table.ts';
import { filterableFields, WORKERS } from '../workers.ts';
import type { Facts } from '../world/facts.ts';
import { PLACES, STATES } from '../world/places.ts';
import { randomFor } from '../world/random.ts';
import { ROLES, SHIFTS } from '../world/roles.ts';
import { acceptedShare, drawFilter, type FilteredSlice, SELECTIVITIES } from './filters.ts';
import { type Need, type NeedKind, needIdentity } from './need.ts';
import { type Question, questionText } from './questions.ts';

/** How many needs of each kind a corpus has. */
const NEED_COUNTS: Readonly<Record<NeedKind, number>> = {
  plain: 190,
  'role+place': 300,
  skills: 180,
  'long-prose': 110,
  'filtered-1%': 70,
  'filtered-10%': 70,
  'filtered-50%': 70,
  'several-corpora': 80,
};

/** A need with the text that asks it first. */
export interface WordedNeed {
  readonly need: Need;
  readonly text: string;
  /** Share of the workers its filter accepts; null without a filter. */
  readonly share: number | null;
}

/** Tries for one need before its slice is left shorter, which only corpora of a few dozen workers need. */
const TRIES = 400;

/**
 * The needs of a corpus, all different and all worded differently, in random order behind the first,
 * which is `Forklift Operator in Springfield, IL`. Texts are added to `taken`.
 */
export function drawNeeds(seed: number, table: FactsTable, taken: Set<string>): WordedNeed[] {
  const keys = new Set<string>();
  const kinds = Object.keys(NEED_COUNTS) as NeedKind[];
  const first = firstNeed();
  keys.add(needIdentity(first.need));
  taken.add(first.text);
  const others = kinds.flatMap((kind) => {
    const random = randomFor(seed, `needs ${kind}`);
    const count = NEED_COUNTS[kind] - (kind === first.need.kind ? 1 : 0);
    return needsOfKind(count, () => newNeed(kind, table, keys, taken, random));
  });
  return [first, ...randomFor(seed, 'order of needs').sample(others, others.length)];
}

function firstNeed(): WordedNeed {
  const role = ROLES.find(({ title }) => title === 'Forklift Operator') ?? null;
  const place = { city: 'Springfield', state: 'IL' };
  const need: Need = {
    kind: 'role+place',
    asked: { role, place },
    wording: 'short',
    collections: [WORKERS],
    filter: null,
  };
  return { need, text: 'Forklift Operator in Springfield, IL', share: null };
}

function needsOfKind(count: number, draw: () => WordedNeed | null): WordedNeed[] {
  const needs: WordedNeed[] = [];
  while (needs.length < count) {
    const drawn = draw();
    if (drawn === null) break;
    needs.push(drawn);
  }
  return needs;
}

function newNeed(
  kind: NeedKind,
  table: FactsTable,
  keys: Set<string>,
  taken: Set<string>,
  random: Random,
): WordedNeed | null {
  for (let tries = 0; tries < TRIES; tries++) {
    const facts = table.at(random.integer(0, table.size - 1));
    const need = drawNeed(kind, facts, random);
    if (need.filter !== null && !matchesFilter(need.filter, filterableFields(facts))) continue;
    const key = needIdentity(need);
    const text = questionText(need.asked, need.wording, random);
    if (keys.has(key) || taken.has(text)) continue;
    const share = need.filter === null ? null : acceptedShare(need.filter, table);
    if (share !== null && !isWithin(kind as FilteredSlice, share)) continue;
    keys.add(key);
    taken.add(text);
    return { need, text, share };
  }
  return null;
}

function isWithin(slice: FilteredSlice, share: number): boolean {
  const { low, high } = SELECTIVITIES[slice];
  return share >= low && share <= high;
}

function drawNeed(kind: NeedKind, facts: Facts, random: Random): Need {
  const collections: Need['collections'] = kind === 'several-corpora' ? [WORKERS, JOBS] : [WORKERS];
  const wording = kind === 'long-prose' ? 'prose' : 'short';
  const filter = kind in SELECTIVITIES ? drawFilter(kind as FilteredSlice, facts, random) : null;
  return { kind, asked: drawAsked(kind, facts, random), wording, collections, filter };
}

function drawAsked(kind: NeedKind, facts: Facts, random: Random): Question {
  switch (kind) {
    case 'plain':
      return { role: facts.role, ...onePlainFacet(facts, random) };
    case 'role+place':
      // Half of the places are somebody's own, so that a full match exists; the others are any.
      return { role: facts.role, place: random.chance(0.5) ? facts.place : random.pick(PLACES) };
    case 'skills':
      return skillsAsked(facts, random);
    case 'long-prose':
      return longAsked(facts, random);
    case 'several-corpora':
      return random.chance(0.5)
        ? { role: facts.role, place: facts.place }
        : { role: facts.role, skills: random.sample(facts.skills, 2) };
    default:
      return filteredAsked(facts, random);
  }
}

// The filter accepts the worker these facts belong to, so what is asked has an answer behind it.
function filteredAsked(facts: Facts, random: Random): Question {
  const { role, skills, shift, years, place } = facts;
  return random.pick<() => Question>([
    () => ({ role, skills: random.sample(skills, 1) }),
    () => ({ role, skills: random.sample(skills, 2) }),
    () => ({ role, shift }),
    () => ({ role, minYears: Math.max(1, years - random.integer(0, 4)) }),
    () => ({ role, state: place.state }),
    () => ({ role, certification: random.pick(facts.certifications) }),
  ])();
}

function onePlainFacet(facts: Facts, random: Random): Omit<Question, 'role'> {
  return random.pick<() => Omit<Question, 'role'>>([
    () => ({ shift: random.pick(SHIFTS) }),
    () => ({ minYears: random.pick([2, 3, 5, 8, 10, 15, 20]) }),
    () => ({ state: random.pick(STATES) }),
    () => ({ certification: random.pick(facts.role.certifications) }),
    () => ({ shift: facts.shift, state: facts.place.state }),
  ])();
}

function skillsAsked(facts: Facts, random: Random): Question {
  const skills = random.sample(facts.skills, random.integer(2, 3));
  const role = random.chance(0.6) ? facts.role : null;
  return random.chance(0.4) ? { role, skills, state: facts.place.state } : { role, skills };
}

function longAsked(facts: Facts, random: Random): Question {
  return {
    role: facts.role,
    place: random.chance(0.7) ? facts.place : random.pick(PLACES),
    skills: random.sample(facts.skills, 2),
    ...(random.chance(0.5) ? { shift: facts.shift } : {}),
    ...(random.chance(0.5) ? { certification: random.pick(facts.role.certifications) } : {}),
  };
}
