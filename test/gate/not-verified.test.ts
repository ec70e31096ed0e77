import { expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { gapLine } from '../../src/gate/gap-text.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

it('filters are verified where queries carry one, whatever the slices are called', async () => {
  const run = syntheticRun();
  const named = {
    ...run,
    corpus: {
      ...run.corpus,
      queries: run.corpus.queries.map((query) => ({ ...query, slices: ['filtered-10%'] })),
    },
  };
  for (const each of [run, named]) {
    const { findings } = await deriveAgain(each);
    const { notVerified } = evaluateGates(findings, {});
    // In the synthetic run a fifth of the queries of retrieve has a filter, and none of search.
    expect(notVerified.map(gapLine)).toContain('search: filters');
    expect(notVerified.map(gapLine)).not.toContain('retrieve: filters');
  }
});

it('a slice with a margin of its own is judged, and no longer called too small', async () => {
  const { findings } = await deriveAgain(syntheticRun());
  const small = (gates: Parameters<typeof evaluateGates>[1]) =>
    evaluateGates(findings, gates).notVerified.flatMap((gap) =>
      gap.type === 'small slices' ? gap.slices.map(({ slice }) => `${gap.cell} ${slice}`) : [],
    );
  const [first = ''] = small({});
  const [cell = '', ...words] = first.split(' ');
  const slice = words.join(' ');
  const own = { [slice]: { recall: { margin: 0.5 } } };
  expect(small({ slices: own })).toEqual(small({}).filter((name) => !name.endsWith(` ${slice}`)));
  expect(small({ cells: { [cell]: { slices: own } } })).toEqual(
    small({}).filter((name) => name !== first),
  );
});
