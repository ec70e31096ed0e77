import type { Random } from '../../stats/random.ts';
import type { Facts } from './world/facts.ts';
import type { Names } from './world/names.ts';
import { placeName, STATE_NAMES } from './world/places.ts';
import { article } from './world/roles.ts';

/** A profile of about 60 to 85 words that names the title three times, the city once and the state twice. */
export function profileText(name: string, facts: Facts, names: Names, random: Random): string {
  return [
    introduction(name, facts, random),
    skillSentence(facts, random),
    historySentence(facts, names, random),
    certificationSentence(facts, random),
    conditionSentence(facts, random),
  ].join(' ');
}

/** A profile of more than 400 words: the same opening, then a work history in which the title recurs. */
export function longProfileText(name: string, facts: Facts, names: Names, random: Random): string {
  const paragraphs = [
    profileText(name, facts, names, random),
    ...Array.from({ length: 8 }, (_, index) => historyParagraph(index, facts, names, random)),
    `References for ${name} as ${titled(facts)} are available on request.`,
  ];
  return paragraphs.join(' ');
}

/** A list as prose: `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** Dollars with two decimals. */
export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** `1 year`, `2 years`. */
export function yearsPhrase(years: number): string {
  return years === 1 ? '1 year' : `${years} years`;
}

/** The name of an employer in this line of work. */
export function employerName(facts: Facts, names: Names, random: Random): string {
  return `${names.surname(random)} ${random.pick(facts.role.employers)}`;
}

function titled(facts: Facts): string {
  return `${article(facts.role.title)} ${facts.role.title}`;
}

function introduction(name: string, facts: Facts, random: Random): string {
  const { role, years } = facts;
  const place = placeName(facts.place);
  const span = yearsPhrase(years);
  return random.pick([
    `${name} is ${titled(facts)} in ${place} with ${span} of experience.`,
    `${role.title} in ${place}: ${name} brings ${span} of experience.`,
    `${name}, ${role.title}, lives in ${place} and has worked in the field for ${span}.`,
    `Based in ${place}, ${name} has been ${titled(facts)} for ${span}.`,
    `${name} works as ${titled(facts)} in ${place}, with ${span} on the job.`,
  ]);
}

function skillSentence(facts: Facts, random: Random): string {
  const skills = listed(facts.skills);
  return random.pick([
    `Skills: ${skills}.`,
    `Strong at ${skills}.`,
    `Day to day that means ${skills}.`,
    `Former supervisors praise the ${skills}.`,
    `Brings solid practice in ${skills}.`,
  ]);
}

function historySentence(facts: Facts, names: Names, random: Random): string {
  const employer = employerName(facts, names, random);
  const tasks = listed(random.sample(facts.role.tasks, 2));
  const site = random.pick(facts.role.sites);
  return random.pick([
    `Last worked as ${titled(facts)} for ${employer}, ${site}, ${tasks}.`,
    `The latest post was ${facts.role.title} at ${employer}, ${site}: ${tasks}.`,
    `At ${employer}, ${site}, the ${facts.role.title} job was ${tasks}.`,
    `Spent recent seasons at ${employer}, ${site}, as ${titled(facts)} ${tasks}.`,
  ]);
}

function certificationSentence(facts: Facts, random: Random): string {
  const held = listed(facts.certifications);
  return random.pick([
    `Certifications: ${held}.`,
    `Holds the ${held}.`,
    `Certified with ${held}.`,
    `Carries a current ${held}.`,
  ]);
}

function conditionSentence(facts: Facts, random: Random): string {
  const { role, shift, place } = facts;
  const pay = dollars(facts.pay);
  const state = STATE_NAMES[place.state] ?? place.state;
  const now = facts.available
    ? random.pick(['Available now', 'Free to start this week', 'Ready to start'])
    : random.pick(['On assignment at present', 'Booked until further notice', 'Not available yet']);
  return random.pick([
    `${now}; wants ${shift} shift work as ${titled(facts)} in ${state} at ${pay} an hour.`,
    `${now}, ${shift} shift preferred, ${pay} an hour, any ${role.title} opening in ${state}.`,
    `Asks ${pay} an hour for ${shift} shifts as ${role.title} anywhere in ${state}. ${now}.`,
    `Looks for ${role.title} openings in ${state}, ${shift} shift, from ${pay} an hour. ${now}.`,
  ]);
}

const SPANS = ['one season', 'a year', 'two years', 'three years', 'the better part of a decade'];
const LESSONS = [
  'learned to keep calm when the schedule slipped',
  'trained four newcomers and wrote the checklist they still use',
  'never missed a safety meeting',
  'was trusted with the keys and the closing routine',
  'finished every audit without a remark',
  'was asked back twice after the contract ended',
];

function historyParagraph(index: number, facts: Facts, names: Names, random: Random): string {
  const employer = employerName(facts, names, random);
  const span = random.pick(SPANS);
  const site = random.pick(facts.role.sites);
  const [first = '', second = '', third = ''] = random.sample(facts.role.tasks, 3);
  const skills = listed(random.sample(facts.skills, 2));
  const lesson = random.pick(LESSONS);
  const opening =
    index === 0 ? 'Before that came' : random.pick(['Earlier came', 'There followed', 'Next came']);
  return random.pick([
    `${opening} ${span} with ${employer}, ${site}, as ${titled(facts)}: ${first}, ${second}, and on busy days ${third}. The work called for ${skills}, and this ${facts.role.title} ${lesson}.`,
    `${opening} ${span} at ${employer}, where ${titled(facts)} was needed for ${first} and ${second}. It was ${site}, so ${skills} mattered most; the record shows somebody who ${lesson}.`,
    `${opening} a contract with ${employer}, ${site}. For ${span} the ${facts.role.title} team relied on ${skills}; the usual day was ${first}, then ${second}, then ${third}. The reference says the ${facts.role.title} ${lesson}.`,
  ]);
}
