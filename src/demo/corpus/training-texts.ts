import type { Random } from '../../stats/random.ts';
import { type Question, questionText } from './needs/questions.ts';
import { longProfileText, profileText } from './prose.ts';
import { drawFacts, type Facts } from './world/facts.ts';
import { createNames, type Names } from './world/names.ts';
import { PLACES, STATE_NAMES } from './world/places.ts';
import { randomFor } from './world/random.ts';
import { article, ROLES } from './world/roles.ts';

/**
 * Texts of the generated domain for training an encoder: profiles, postings, questions in several
 * wordings, and sentences that tie a title's other names to it. Streams of its own keep its people
 * and sentences apart from those of any corpus, whatever the seed.
 */
export function* trainingTexts(count: number, seed: number): Generator<string> {
  const names = createNames();
  for (let index = 0; index < count; index++) {
    yield trainingText(names, randomFor(seed, 'training text', index));
  }
}

/** Words and phrases of the domain, each once: titles, their other names, skills, certifications, places. */
export function vocabularyTerms(): readonly string[] {
  return [
    ...new Set([
      ...ROLES.flatMap((role) => [
        role.title,
        ...role.aliases,
        ...role.skills,
        ...role.certifications,
        ...role.tasks,
      ]),
      ...PLACES.map((place) => place.city),
      ...Object.entries(STATE_NAMES).flat(),
    ]),
  ];
}

function trainingText(names: Names, random: Random): string {
  const facts = drawFacts(random, random.pick(ROLES), random.pick(PLACES));
  const kind = random.integer(0, 9);
  if (kind < 5) return profileText(personName(names, random), facts, names, random);
  if (kind < 6) return longProfileText(personName(names, random), facts, names, random);
  if (kind < 7) return aliasSentence(facts, random);
  const wording = random.pick(['short', 'paraphrase', 'prose'] as const);
  return questionText(askedAbout(facts, random), wording, random);
}

function personName(names: Names, random: Random): string {
  return random.chance(0.05) ? names.worldPerson(random) : names.person(random);
}

function askedAbout(facts: Facts, random: Random): Question {
  const role = random.chance(0.85) ? facts.role : null;
  const skills = random.sample(facts.skills, role === null ? 2 : random.integer(1, 2));
  return {
    role,
    ...(role === null || random.chance(0.5) ? { skills } : {}),
    ...(random.chance(0.6) ? { place: facts.place } : { state: facts.place.state }),
    ...(random.chance(0.4) ? { shift: facts.shift } : {}),
    ...(random.chance(0.3) ? { certification: random.pick(facts.certifications) } : {}),
  };
}

function aliasSentence(facts: Facts, random: Random): string {
  const { title, aliases, tasks, skills } = facts.role;
  const alias = random.pick(aliases);
  const task = random.pick(tasks);
  const skill = random.pick(skills);
  return random.pick([
    `${title}, also called ${alias}: ${task}, ${skill}.`,
    `${article(alias)} ${alias} is ${article(title)} ${title} by another name, good at ${skill} and ${task}.`,
    `Every ${title} (${alias}) knows ${skill}; the job of ${article(alias)} ${alias} is ${task}.`,
    `Job title ${title}, synonyms ${aliases.join(', ')}, skills ${skills.join(', ')}.`,
  ]);
}
