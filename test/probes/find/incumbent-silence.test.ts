import { describe, expect, it } from 'vitest';
import type { Corpus } from '../../../src/corpus/types.ts';
import { deriveProbe } from '../../../src/probes/job/derive.ts';
import { judgeProbe } from '../../../src/probes/judge/judge-probe.ts';
import { embedSearchTexts, observeSearch } from '../../../src/probes/observe/search.ts';
import type { Hit } from '../../../src/wire/operations.ts';
import { exactSearch, inProcessBackend, inProcessWorld } from '../../support/in-process.ts';

const signal = new AbortController().signal;
type Spoilt = (hits: Hit[]) => Hit[] | null;
const same: Spoilt = (hits) => hits;
const none: Spoilt = () => [];
const failed: Spoilt = () => null;
const one: Spoilt = (hits) => hits.slice(0, 1);
const withoutFirst: Spoilt = (hits) => [
  { id: 'lost', collection: 'stock', similarity: 1, rawScore: 1 },
  ...hits.slice(1),
];

/** Both sides search exactly; each of them spoils its answers to every second query by text. */
async function probed(incumbent: Spoilt, candidate: Spoilt, others: Spoilt = same) {
  const world = await inProcessWorld({ documents: 40, needs: 160, seed: 3 });
  const documents = world.ids.map((id, at) => ({ id, text: `document ${at}`, metadata: {} }));
  const corpus: Corpus = {
    name: 'silent',
    folder: world.folder,
    collections: [{ name: 'stock', documents }],
    queries: Array.from({ length: 160 }, (_, at) => ({
      id: `q-${at}`,
      need: `q-${at}`,
      text: `question ${at}`,
      slices: [],
      collections: ['stock'],
    })),
    judgments: new Map(),
    hashes: { documents: {}, queries: '', judgments: '' },
  };
  const side = (spoilt: Spoilt, rest: Spoilt) => {
    const sound = inProcessBackend(world, exactSearch(world));
    const [even, odd] = [spoilt, rest].map((how) =>
      inProcessBackend(world, exactSearch(world), how),
    );
    return {
      ...sound,
      search: (...asked: Parameters<NonNullable<typeof sound.search>>) => {
        const at = Number(asked[0].text?.slice('question '.length));
        const chosen = at % 2 === 0 ? even : odd;
        return (chosen ?? sound).search?.(...asked) as never;
      },
    };
  };
  const pair = { incumbent: side(incumbent, same), candidate: side(candidate, others) };
  const embedded = await embedSearchTexts(pair.incumbent, {
    corpus,
    model: null,
    maxNeeds: null,
    signal,
  });
  const record = await observeSearch(pair, { embedded, k: 5, model: null, concurrency: 2, signal });
  const { findings } = await deriveProbe(record, { recall: { margin: 0.05 } }, signal);
  const gates = judgeProbe(findings).gates.filter(({ kind }) => kind.type === 'quality');
  expect(gates.length).toBeGreaterThan(0);
  return gates;
}

describe('the search probe against an incumbent that does not give everything', () => {
  it.each([
    ['no row', none],
    ['an error', failed],
    ['one row', one],
  ] as const)('%s of it pays for no loss elsewhere', async (_, how) => {
    for (const gate of await probed(how, same, withoutFirst)) {
      expect(gate.state).toBe('fail');
      expect(gate.mean).toBeLessThan(-0.05);
    }
    for (const gate of await probed(how, same)) expect(gate.state).toBe('pass');
  });

  it.each([
    ['no row', none],
    ['an error', failed],
  ] as const)('%s of the candidate is its loss', async (_, how) => {
    for (const gate of await probed(same, how)) {
      expect(gate).toMatchObject({ state: 'fail' });
      expect(gate.mean).toBeCloseTo(-0.5, 6);
    }
  });

  it('neither of both that gives a row shows no agreement', async () => {
    for (const gate of await probed(none, none)) expect(gate).toMatchObject({ n: 80 });
  });
});
