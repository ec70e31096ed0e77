import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { counted } from '../../src/counted.ts';
import { things } from '../../src/report/spans.ts';
import { sourceFiles } from './source-files.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What messages and reports count, in the plural. */
const NOUNS =
  'answers|backends|blocks|block pairs|builds|candidates|checks|clusters|documents|entries|fields|figures|files|findings|gates|groups|ids|jobs|judgments|keys|lines|lists|metrics|needs(?! (?:an?|either|HTTP)\\b)|pairs|processes|queries|questions|records|recalls|requests|rounds|rows|runs|statements|texts|verdicts|workers';

/** A number within a text, and after it a noun that is right for every number but one. */
const COUNT = new RegExp(
  `(?<!\\b(?:of|and|all|than|the) )\\$\\{(?:(?:count|setting)\\()?([\\w.[\\]!?]+)\\)?\\} (?:${NOUNS})\\b(?!/)`,
  'g',
);

/** Places that count with a plural; limits have names in capitals, and are greater than one. */
function pluralsIn(text: string): string[] {
  return [...text.matchAll(COUNT)].flatMap(([place, of = '']) =>
    /^[A-Z][A-Z_\d]*$/.test(of) ? [] : [place],
  );
}

describe('a count', () => {
  it.each([0, 1, 2])('of %i has the form for it', (n) => {
    expect(counted(n, 'block pair')).toBe(['0 block pairs', '1 block pair', '2 block pairs'][n]);
    expect(counted(n, 'query is', 'queries are')).toBe(
      ['0 queries are', '1 query is', '2 queries are'][n],
    );
    expect(things(n, 'need').slice(1)).toEqual([[' needs', ' need', ' needs'][n]]);
  });

  it('stands nowhere before a noun that is written in the plural alone', () => {
    const found = sourceFiles().flatMap(({ path }) =>
      // Experiments count what they were told to.
      path.startsWith('bench/experiments/')
        ? []
        : pluralsIn(readFileSync(join(ROOT, path), 'utf8')).map((place) => `${path}: ${place}`),
    );
    expect(found).toEqual([]);
  });

  it('is found where it does', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is searched
    const text = '`${n} block pairs`, prose`${count(found.length)} queries`, `${MOST} rows`';
    expect(pluralsIn(text)).toHaveLength(2);
  });
});
