import type { Random } from '../../../stats/random.ts';
import { listed } from '../prose.ts';
import { placeName, STATE_NAMES, type Town } from '../world/places.ts';
import type { Role } from '../world/role.ts';
import { article, type Shift } from '../world/roles.ts';

/** What a question asks for; every facet that is named is also judged. */
export interface Question {
  /** Null where the question names skills alone. */
  readonly role: Role | null;
  readonly place?: Town;
  /** A state alone, without a city. */
  readonly state?: string;
  readonly skills?: readonly string[];
  readonly certification?: string;
  readonly shift?: Shift;
  readonly minYears?: number;
}

/** How a question is worded. */
export type Wording = 'short' | 'paraphrase' | 'prose';

/** The words of one question. */
export function questionText(asked: Question, wording: Wording, random: Random): string {
  if (wording === 'prose') return proseQuestion(asked, random);
  if (wording === 'paraphrase') return paraphrase(asked, random);
  return shortQuestion(asked, random);
}

/** The plainest wording of a title and a place, `<Title> in <City>, <ST>`. */
export function rolePlaceText(role: Role, place: Town): string {
  return `${role.title} in ${placeName(place)}`;
}

function shortQuestion(asked: Question, random: Random): string {
  const { role, place } = asked;
  const onlyPlace = Object.keys(asked).length === 2;
  if (role !== null && place !== undefined && onlyPlace) return rolePlaceText(role, place);
  const parts = facets(asked, random);
  if (role === null) return `${random.pick(['somebody', 'worker', 'people'])} ${parts.join(', ')}`;
  const shift = asked.shift;
  if (shift !== undefined && random.chance(0.5)) {
    return [`${shift} shift ${role.title}`, ...facets({ ...asked, shift: undefined }, random)].join(
      ' ',
    );
  }
  return [role.title, ...parts].join(' ');
}

function paraphrase(asked: Question, random: Random): string {
  const parts = facets(asked, random).join(', ');
  if (asked.role === null) {
    return random.pick([
      `who do we have ${parts}?`,
      `find me someone ${parts}`,
      `looking for a person ${parts}`,
    ]);
  }
  const alias = random.pick(asked.role.aliases);
  const an = article(alias);
  return random.pick([
    `we need ${an} ${alias} ${parts}`,
    `any ${alias} ${parts}?`,
    `who can work as ${alias} ${parts}?`,
    `looking to hire: ${alias} ${parts}`,
    `please send ${an} ${alias} ${parts}`,
  ]);
}

function proseQuestion(asked: Question, random: Random): string {
  const { role } = asked;
  const parts = facets(asked, random).join(', ');
  const who = role === null ? 'a person' : `${article(role.title)} ${role.title}`;
  const site =
    role === null ? 'one of our customers' : `a customer of ours, ${random.pick(role.sites)},`;
  const task = role === null ? 'the work described' : random.pick(role.tasks);
  const opening = random.pick([
    `Good morning, ${site} has lost ${who} at short notice and needs a replacement`,
    `Since last week ${site} has been asking us to find ${who}`,
    `One more request came in overnight: ${site} wants to hire ${who}`,
    `We are opening a new contract, and ${site} will need ${who}`,
  ]);
  const close = random.pick([
    'Please suggest the people who come closest, even when not every point fits.',
    'Send the three best names, with whatever is missing marked.',
    'Whoever is suggested will be called today, so the closest match comes first.',
  ]);
  return `${opening} ${parts}. The job is mostly ${task}, and reliability counts for more than a polished application. ${close}`;
}

function facets(
  asked: Partial<{ [K in keyof Question]: Question[K] | undefined }>,
  random: Random,
): string[] {
  const { place, state, skills, certification, shift, minYears } = asked;
  const parts: string[] = [];
  if (skills !== undefined) {
    const list = listed(skills);
    parts.push(
      random.pick([
        `with ${list}`,
        `who knows ${list}`,
        `experienced in ${list}`,
        `good at ${list}`,
      ]),
    );
  }
  if (certification !== undefined) {
    parts.push(
      random.pick([
        `certified: ${certification}`,
        `holding the ${certification}`,
        `with ${certification}`,
      ]),
    );
  }
  if (shift !== undefined) {
    parts.push(
      random.pick([
        `for the ${shift} shift`,
        `on ${shift} shift`,
        `willing to work ${shift} shifts`,
      ]),
    );
  }
  if (minYears !== undefined) {
    parts.push(
      random.pick([
        `with at least ${minYears} years`,
        `${minYears}+ years of experience`,
        `with ${minYears} or more years on the job`,
      ]),
    );
  }
  if (place !== undefined) {
    parts.push(
      random.pick([
        `in ${placeName(place)}`,
        `near ${placeName(place)}`,
        `around ${placeName(place)}`,
      ]),
    );
  }
  if (state !== undefined) {
    const name = STATE_NAMES[state] ?? state;
    parts.push(random.pick([`in ${name}`, `anywhere in ${name}`, `across ${name}`]));
  }
  return parts;
}
