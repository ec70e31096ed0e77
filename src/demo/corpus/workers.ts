import type { Document, Metadata } from '../../corpus/types.ts';
import type { Random } from '../../stats/random.ts';
import { longProfileText, profileText } from './prose.ts';
import { dealtRole, indexOfRole } from './world/deal.ts';
import { drawFacts, type Facts } from './world/facts.ts';
import type { Names } from './world/names.ts';
import { PLACES, type Town } from './world/places.ts';
import { randomFor } from './world/random.ts';
import type { Role } from './world/role.ts';
import { ROLES } from './world/roles.ts';

/** Name of the collection of workers. */
export const WORKERS = 'workers';

/** All workers of one corpus; any of them can be had without the others. */
export interface Workers {
  readonly size: number;
  /** The structured fields behind worker `index`. */
  readonly facts: (index: number) => Facts;
  /** Worker `index` as a document. */
  readonly document: (index: number, names: Names) => Document;
}

interface FixedWorker {
  readonly name: string;
  readonly title: string;
  readonly place: Town;
}

/** Three workers who are the same in every corpus that is large enough to have them. */
const FIXED: ReadonlyMap<number, FixedWorker> = new Map([
  [43, fixed('Brian Ramirez', 'Springfield', 'IL')],
  [101, fixed('Terrence Gray', 'Champaign', 'IL')],
  [102, fixed('Laura Long', 'Cleveland', 'OH')],
]);

/** Among each so many workers two have long texts and one repeats another worker exactly. */
const BLOCK = 20;
const LONG_PER_BLOCK = 2;
const WORLD_NAME_SHARE = 0.08;
const DEAL = 'worker role';

/**
 * The workers of a seed and a size. A worker that repeats another has the same text and metadata
 * under its own id; no Forklift Operator but w-43 is in Springfield.
 */
export function createWorkers(seed: number, size: number): Workers {
  let known: { block: number; copy: Copy | null } | null = null;
  const copyIn = (block: number): Copy | null => {
    if (known?.block !== block) known = { block, copy: drawCopy(seed, size, block) };
    return known.copy;
  };
  const sourceOf = (index: number): number => {
    const copy = copyIn(Math.floor(index / BLOCK));
    return copy?.index === index ? copy.source : index;
  };
  return {
    size,
    facts: (index) => ownFacts(seed, sourceOf(index)),
    document: (index, names) => {
      const source = sourceOf(index);
      const facts = ownFacts(seed, source);
      const random = randomFor(seed, 'worker text', source);
      const name = FIXED.get(source)?.name ?? drawName(names, random);
      const write = isLong(seed, size, source) ? longProfileText : profileText;
      return {
        id: `w-${index}`,
        text: write(name, facts, names, random),
        metadata: {
          name,
          ...filterableFields(facts),
          skills: facts.skills,
          certifications: facts.certifications,
        },
      };
    },
  };
}

/** The fields of a worker that a filter may use. */
export function filterableFields(facts: Facts): Metadata {
  const { role, place, shift, years, pay, available } = facts;
  return {
    role: role.title,
    family: role.family,
    city: place.city,
    state: place.state,
    shift,
    years,
    pay,
    available,
  };
}

function ownFacts(seed: number, index: number): Facts {
  const random = randomFor(seed, 'worker', index);
  const given = FIXED.get(index);
  const role = given === undefined ? dealtRole(seed, DEAL, index) : titled(given.title);
  return drawFacts(random, role, given?.place ?? drawPlace(random, role));
}

interface Copy {
  readonly index: number;
  readonly source: number;
}

/**
 * The one worker of a block that repeats another: an odd index that repeats an even one, so that
 * nobody repeats a repetition, and one with the same dealt role, so that no role becomes rare.
 */
function drawCopy(seed: number, size: number, block: number): Copy | null {
  const mayBeUsed = (index: number) =>
    index >= 0 && index < size && !FIXED.has(index) && !isLong(seed, size, index);
  const order = blockOrder(seed, size, block).filter(
    (index) => index % 2 === 1 && mayBeUsed(index),
  );
  // Hands are paired, so two blocks never choose one source; the other hands serve where no pair fits.
  const pair = (index: number) => (Math.floor(index / ROLES.length) % 2 === 0 ? 1 : -1);
  const reaches = [pair, ...[-2, 2, -3, 3].map((hands) => () => hands)];
  for (const reach of reaches) {
    for (const index of order) {
      const role = dealtRole(seed, DEAL, index);
      const source = indexOfRole(seed, DEAL, role, index + reach(index) * ROLES.length);
      if (source % 2 === 0 && mayBeUsed(source)) return { index, source };
    }
  }
  return null;
}

function isLong(seed: number, size: number, index: number): boolean {
  return blockOrder(seed, size, Math.floor(index / BLOCK))
    .slice(0, LONG_PER_BLOCK)
    .includes(index);
}

function blockOrder(seed: number, size: number, block: number): number[] {
  const members = Array.from({ length: BLOCK }, (_, offset) => block * BLOCK + offset).filter(
    (member) => member < size && !FIXED.has(member),
  );
  return randomFor(seed, 'block', block).sample(members, members.length);
}

function drawPlace(random: Random, role: Role): Town {
  for (;;) {
    const place = random.pick(PLACES);
    if (role.title !== 'Forklift Operator' || place.city !== 'Springfield') return place;
  }
}

function drawName(names: Names, random: Random): string {
  return random.chance(WORLD_NAME_SHARE) ? names.worldPerson(random) : names.person(random);
}

function fixed(name: string, city: string, state: string): FixedWorker {
  return { name, title: 'Forklift Operator', place: { city, state } };
}

function titled(title: string): Role {
  const role = ROLES.find((candidate) => candidate.title === title);
  if (role === undefined) throw new RangeError(`no role ${title}`);
  return role;
}
