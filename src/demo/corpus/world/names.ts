import type { LocaleDefinition } from '@faker-js/faker';
import {
  ar,
  cs_CZ,
  el,
  en,
  Faker,
  hy,
  ja,
  ka_GE,
  ko,
  type Randomizer,
  ru,
  vi,
  zh_CN,
} from '@faker-js/faker';
import type { Random } from '../../../stats/random.ts';
import { ROLES } from './roles.ts';

/** Makes the names of people and employers out of one stream of choices. */
export interface Names {
  /** First and last name in English spelling, none of them a word of a job title. */
  readonly person: (random: Random) => string;
  /** A name in another script, or in Latin script with diacritics. */
  readonly worldPerson: (random: Random) => string;
  readonly surname: (random: Random) => string;
}

/** Devanagari names, which the names library has no locale for. */
const DEVANAGARI_FIRST = ['आरव', 'प्रिया', 'रोहन', 'अनन्या', 'विक्रम', 'सुनीता', 'अर्जुन', 'मीरा'];
const DEVANAGARI_LAST = ['शर्मा', 'वर्मा', 'पटेल', 'सिंह', 'गुप्ता', 'जोशी', 'नायर', 'मिश्रा'];

const FAMILY_NAME_FIRST: readonly { readonly locale: LocaleDefinition; readonly joint: string }[] =
  [
    { locale: zh_CN, joint: '' },
    { locale: ko, joint: '' },
    { locale: ja, joint: ' ' },
    { locale: vi, joint: ' ' },
  ];
const GIVEN_NAME_FIRST: readonly LocaleDefinition[] = [ru, el, ar, hy, ka_GE, cs_CZ];

/** A names library over fixed data: the same random stream gives the same names. */
export function createNames(): Names {
  const source: { random: Random | null } = { random: null };
  const randomizer: Randomizer = {
    next: () => source.random?.fraction() ?? 0,
    seed: () => {},
  };
  const fakerOf = (locale: LocaleDefinition) => new Faker({ locale, randomizer });
  const english = fakerOf(en);
  const world: (() => string)[] = [
    ...GIVEN_NAME_FIRST.map(fakerOf).map(
      (faker) => () => `${faker.person.firstName()} ${faker.person.lastName()}`,
    ),
    ...FAMILY_NAME_FIRST.map(({ locale, joint }) => ({ faker: fakerOf(locale), joint })).map(
      ({ faker, joint }) =>
        () =>
          `${faker.person.lastName()}${joint}${faker.person.firstName()}`,
    ),
  ];
  const surname = (random: Random): string => {
    source.random = random;
    for (;;) {
      const name = english.person.lastName();
      if (!TITLE_WORDS.has(name.toLowerCase())) return name;
    }
  };
  return {
    surname,
    person: (random) => {
      source.random = random;
      return `${english.person.firstName()} ${surname(random)}`;
    },
    worldPerson: (random) => {
      source.random = random;
      const choice = random.integer(0, world.length);
      const draw = world[choice];
      return draw === undefined
        ? `${random.pick(DEVANAGARI_FIRST)} ${random.pick(DEVANAGARI_LAST)}`
        : draw();
    },
  };
}

const TITLE_WORDS: ReadonlySet<string> = new Set(
  ROLES.flatMap((role) => [role.title, ...role.aliases]).flatMap((title) =>
    title.toLowerCase().split(' '),
  ),
);
