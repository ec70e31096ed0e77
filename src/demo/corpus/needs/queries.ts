import type { Query } from '../../../corpus/types.ts';
import { counted } from '../../../counted.ts';
import type { FactsTable } from '../table.ts';
import { WORKERS } from '../workers.ts';
import { PLACES } from '../world/places.ts';
import { randomFor } from '../world/random.ts';
import type { Role } from '../world/role.ts';
import { ROLES } from '../world/roles.ts';
import { drawNeeds, type WordedNeed } from './draw-needs.ts';
import { roleOf } from './judge.ts';
import type { Need } from './need.ts';
import { questionText, rolePlaceText } from './questions.ts';
import { withTypos } from './typos.ts';

/** How many needs are asked a second time in other words, and how many with typing mistakes. */
const PARAPHRASES = 200;
const TYPOS = 200;

/** A query with the need behind it and the share of workers its filter accepts. */
export interface AskedQuery {
  readonly query: Query;
  readonly need: Need;
  readonly share: number | null;
}

/** All queries of a corpus, each text once: every need, then its paraphrase or its misspelling. */
export function drawQueries(seed: number, table: FactsTable): AskedQuery[] {
  const taken = new Set<string>();
  const needs = drawNeeds(seed, table, taken);
  const random = randomFor(seed, 'variants');
  const varied = random.sample(needs.slice(1).filter(isVaried), PARAPHRASES + TYPOS);
  const paraphrased = new Set(varied.slice(0, PARAPHRASES));
  const misspelt = new Set(varied.slice(PARAPHRASES));
  const queries: AskedQuery[] = [];
  const add = (worded: WordedNeed, need: string, text: string, slices: readonly string[]) => {
    const role = roleOf(worded.need.asked);
    queries.push({
      query: {
        id: `q-${padded(queries.length + 1)}`,
        need,
        ...(role === null ? {} : { cluster: role.title }),
        text,
        slices,
        collections: worded.need.collections,
        ...(worded.need.filter === null ? {} : { filter: worded.need.filter }),
      },
      need: worded.need,
      share: worded.share,
    });
  };
  for (const [index, worded] of needs.entries()) {
    const { kind, asked } = worded.need;
    const id = `n-${padded(index + 1)}`;
    add(worded, id, worded.text, [kind]);
    if (paraphrased.has(worded)) {
      const text = untaken(taken, () => questionText(asked, 'paraphrase', random));
      if (text !== null) add(worded, id, text, [kind, 'paraphrases']);
    }
    if (misspelt.has(worded)) {
      const text = untaken(taken, () => withTypos(worded.text, random));
      if (text !== null) add(worded, id, text, [kind, 'typos']);
    }
  }
  return queries;
}

/** A plain question for a role in a place, with the title that the best answers have. */
export interface RolePlaceQuery {
  readonly id: string;
  readonly text: string;
  readonly role: string;
  readonly city: string;
  readonly state: string;
}

/**
 * `<Title> in <City>, <ST>` questions, all different, for roles that at least `fewest` workers have.
 * @throws RangeError where there are fewer than `count` such pairs.
 */
export function buildRolePlaceQueries(options: {
  readonly seed: number;
  readonly count: number;
  readonly table: FactsTable;
  readonly fewest?: number;
}): RolePlaceQuery[] {
  const { seed, count, table, fewest = 4 } = options;
  const roles = ROLES.filter((role: Role) => table.withRole(role).length >= fewest);
  const pairs = roles.flatMap((role) => PLACES.map((place) => ({ role, place })));
  if (pairs.length < count)
    throw new RangeError(
      `only ${counted(pairs.length, 'pair')} for ${counted(count, 'query', 'queries')}`,
    );
  return randomFor(seed, 'role and place')
    .sample(pairs, count)
    .map(({ role, place }, index) => ({
      id: `rp-${padded(index + 1)}`,
      text: rolePlaceText(role, place),
      role: role.title,
      ...place,
    }));
}

function isVaried({ need }: WordedNeed): boolean {
  return need.filter === null && need.wording === 'short' && need.collections.at(0) === WORKERS;
}

function untaken(taken: Set<string>, word: () => string): string | null {
  for (let tries = 0; tries < 100; tries++) {
    const text = word();
    if (taken.has(text)) continue;
    taken.add(text);
    return text;
  }
  return null;
}

function padded(number: number): string {
  return String(number).padStart(4, '0');
}
