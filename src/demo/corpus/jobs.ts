import type { Document } from '../../corpus/types.ts';
import type { Random } from '../../stats/random.ts';
import { dollars, employerName, listed, yearsPhrase } from './prose.ts';
import { dealtRole } from './world/deal.ts';
import { drawFacts, type Facts } from './world/facts.ts';
import type { Names } from './world/names.ts';
import { PLACES, placeName, STATE_NAMES } from './world/places.ts';
import { randomFor } from './world/random.ts';
import { article } from './world/roles.ts';

/** Name of the collection of job postings. */
export const JOBS = 'jobs';

const FEWEST = 60;
const MOST = 3_000;

/** How many postings a corpus of this many workers has: three for ten, between 60 and 3,000. */
export function jobCount(size: number): number {
  return Math.min(MOST, Math.max(FEWEST, Math.round(size * 0.3)));
}

/** The structured fields of posting `index`. */
export function jobFacts(seed: number, index: number): Facts {
  const random = randomFor(seed, 'job', index);
  return drawFacts(random, dealtRole(seed, 'job role', index), random.pick(PLACES));
}

/** Posting `index` as a document. */
export function jobDocument(seed: number, names: Names, index: number): Document {
  const facts = jobFacts(seed, index);
  const random = randomFor(seed, 'job text', index);
  const employer = employerName(facts, names, random);
  const openings = random.integer(1, 6);
  const { role, place, shift, years, pay, skills, certifications } = facts;
  return {
    id: `j-${index}`,
    text: postingText(facts, employer, openings, random),
    metadata: {
      role: role.title,
      family: role.family,
      employer,
      city: place.city,
      state: place.state,
      shift,
      years,
      pay,
      openings,
      skills,
      certifications,
    },
  };
}

function postingText(facts: Facts, employer: string, openings: number, random: Random): string {
  const { role, shift } = facts;
  const place = placeName(facts.place);
  const state = STATE_NAMES[facts.place.state] ?? facts.place.state;
  const site = random.pick(role.sites);
  const tasks = listed(random.sample(role.tasks, 2));
  const seats = openings === 1 ? 'one opening' : `${openings} openings`;
  const opening = random.pick([
    `${employer} is hiring ${article(role.title)} ${role.title} in ${place}: ${seats}, ${shift} shift.`,
    `Now hiring in ${place}: ${role.title}, ${shift} shift, ${seats} at ${employer}.`,
    `${role.title} wanted by ${employer}, ${site} in ${place}, for the ${shift} shift (${seats}).`,
  ]);
  const duties = random.pick([
    `The work: ${tasks}.`,
    `As ${role.title} you will spend the day ${tasks}.`,
    `Expect ${tasks}.`,
  ]);
  const wants = random.pick([
    `We ask for ${listed(facts.skills)}, ${yearsPhrase(facts.years)} on the job and the ${listed(facts.certifications)}.`,
    `Needed: ${listed(facts.skills)}; ${listed(facts.certifications)}; ${yearsPhrase(facts.years)} of experience.`,
  ]);
  const close = random.pick([
    `Pay starts at ${dollars(facts.pay)} an hour. Every ${role.title} in ${state} may apply.`,
    `We pay ${dollars(facts.pay)} an hour for this ${role.title} post in ${state}.`,
  ]);
  return [opening, duties, wants, close].join(' ');
}
