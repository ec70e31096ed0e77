import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GROUPS, STUDIES } from '../../../src/demo/drill/published/catalogue.ts';
import { ratesPicture } from '../../../src/demo/drill/published/rates-picture.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TABLES = GROUPS.flatMap(({ tables }) => tables);

describe('the page of published results', () => {
  it('names every table with the command that made it', () => {
    const published = globSync('**/*.md', { cwd: join(ROOT, 'results') }).filter(
      (path) => path !== 'README.md' && !/^load\/(?!README)/.test(path),
    );
    expect(TABLES.map(({ path }) => path).toSorted()).toEqual(published.toSorted());
  });

  it('names scripts that are there', () => {
    const scripts = TABLES.flatMap(({ command }) => /bench\/experiments\S+/.exec(command) ?? []);
    expect(scripts.length).toBeGreaterThan(5);
    expect(scripts.filter((script) => !existsSync(join(ROOT, script)))).toEqual([]);
  });

  it('shows the picture of every study, and each is there', () => {
    const page = readFileSync(join(ROOT, 'results/README.md'), 'utf8');
    for (const { name } of STUDIES) {
      const picture = `studies/${name}/picture.svg`;
      expect(page).toContain(`](${picture})`);
      expect(existsSync(join(ROOT, 'results', picture))).toBe(true);
    }
  });

  it('leads to a picture that needs nothing from elsewhere', () => {
    const picture = readFileSync(join(ROOT, 'results/drill-rates.svg'), 'utf8');
    expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /href|url\(|http|script/,
    );
    expect(picture.match(/<circle /g)?.length).toBeGreaterThan(20);
    expect(ratesPicture([])).not.toContain('<circle');
  });
});
