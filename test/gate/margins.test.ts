import { describe, expect, it } from 'vitest';
import { judge } from '../../src/gate/judge/judge-claims.ts';
import { type AskedNumbers, countNeeds, marginProblems } from '../../src/gate/margin-check.ts';
import { marginFor } from '../../src/gate/margins.ts';
import { metricLabel, metricsAt, ndcgAt, recallAt } from '../../src/metrics/metric.ts';

const place = { cell: 'search', slice: null, k: 10 } as const;

describe('margins', () => {
  it('are taken from the most specific key: cell over all, depth over recall', () => {
    const gates = {
      recall: { margin: 0.1 },
      'recall@1': { margin: 0.2 },
      ndcg: { margin: 0.3 },
      cells: { search: { recall: { margin: 0.4 } } },
    };
    expect(marginFor(gates, recallAt(10), { ...place, cell: 'retrieve' })).toBe(0.1);
    expect(marginFor(gates, recallAt(1), { ...place, cell: 'retrieve' })).toBe(0.2);
    expect(marginFor(gates, ndcgAt(10), place)).toBe(0.3);
    expect(marginFor(gates, recallAt(1), place)).toBe(0.4);
  });

  it('gate no other metric than recall and nDCG', () => {
    const gates = { recall: { margin: 0.1 }, ndcg: { margin: 0.1 } };
    const gated = metricsAt(10).filter((metric) => marginFor(gates, metric, place) !== null);
    expect(gated.map(metricLabel)).toEqual(['recall@1', 'recall@5', 'recall@10', 'ndcg@10']);
  });

  it('of recall@k are those of the lists’ own depth, whatever it is', () => {
    const gates = { recall: { margin: 0.1 }, 'recall@k': { margin: 0.2 } };
    expect(marginFor(gates, recallAt(20), { ...place, k: 20 })).toBe(0.2);
    expect(marginFor(gates, recallAt(10), { ...place, k: 20 })).toBe(0.1);
  });

  it('are none for a gate that is switched off, though a wider key would hold', () => {
    const gates = {
      recall: { margin: 0.1 },
      ndcg: { margin: 0.1 },
      off: ['recall@1', 'cells.search.ndcg'],
    };
    expect(marginFor(gates, recallAt(1), place)).toBeNull();
    expect(marginFor(gates, recallAt(10), place)).toBe(0.1);
    expect(marginFor(gates, ndcgAt(10), place)).toBeNull();
    expect(marginFor(gates, ndcgAt(10), { ...place, cell: 'retrieve' })).toBe(0.1);
  });

  it('of slices hold in all cells, or in one, and never come from elsewhere', () => {
    const gates = {
      recall: { margin: 0.1 },
      slices: { typos: { recall: { margin: 0.2 } } },
      cells: { search: { slices: { typos: { recall: { margin: 0.3 } } } } },
    };
    expect(marginFor(gates, recallAt(10), { ...place, slice: 'typos' })).toBe(0.3);
    expect(marginFor(gates, recallAt(10), { ...place, cell: 'retrieve', slice: 'typos' })).toBe(
      0.2,
    );
    expect(marginFor(gates, recallAt(10), { ...place, slice: 'plain' })).toBeNull();
  });
});

describe('identical backends', () => {
  it('at n = 200 are inconclusive at the default margin, and the number is 598', () => {
    const result = judge(new Array<number>(200).fill(0), 0.005);
    expect(result).toMatchObject({ state: 'inconclusive', n: 200, decidesAt: 598 });
    expect(result.reason).toBe('200 needs cannot decide; about 598 would');
  });

  it('pass at 598 needs with parity, and not at 597: 1 − .05^(1/n) < .005', () => {
    expect(judge(new Array<number>(597).fill(0), 0.005).state).toBe('inconclusive');
    expect(judge(new Array<number>(598).fill(0), 0.005)).toMatchObject({
      state: 'pass',
      parity: true,
      regressed: false,
      decidesAt: null,
    });
  });
});

describe('margins that a run of this size could never show', () => {
  const queries = Array.from({ length: 200 }, (_, at) => ({
    need: `n-${at}`,
    slices: at < 20 ? ['typos', 'all'] : ['all'],
  }));
  const asked: AskedNumbers = {
    cells: [
      countNeeds('search', 10, queries.slice(0, 100)),
      countNeeds('retrieve', 10, [...queries, ...queries]),
    ],
    needs: 2_000,
    sequential: false,
  };
  const said = (...keys: string[]) => new Map(keys.map((key) => [key, '--set']));
  const problems = (
    gates: Parameters<typeof marginProblems>[1],
    origins: ReadonlyMap<string, string>,
    quick = false,
    numbers = asked,
  ) => marginProblems(numbers, gates, origins, quick).map((error) => [error.code, error.message]);

  it('are refused with the number of needs that could, for each operation', () => {
    expect(problems({ recall: { margin: 0.02 } }, said('gates.recall.margin'))).toEqual([
      [
        'gate-margin',
        'gates.recall.margin = 0.02 (--set): 100 needs of search can never show so little; 149 are needed',
      ],
    ]);
  });

  it('are not refused where they are defaults, or where the run is only a look', () => {
    expect(problems({ recall: { margin: 0.005 } }, new Map())).toEqual([]);
    expect(
      problems({ recall: { margin: 0.005 } }, new Map([['gates.recall.margin', 'default']])),
    ).toEqual([]);
    expect(problems({ recall: { margin: 0.005 } }, said('gates.recall.margin'), true)).toEqual([]);
  });

  it('are looked for by operation, by slice and by both', () => {
    const gates = {
      cells: {
        search: { ndcg: { margin: 0.001 }, slices: { typos: { recall: { margin: 0.01 } } } },
      },
      slices: { typos: { recall: { margin: 0.2 } }, all: { ndcg: { margin: 0.02 } } },
    };
    const origins = said(
      'gates.cells.search.ndcg.margin',
      'gates.cells.search.slices.typos.recall.margin',
      'gates.slices.typos.recall.margin',
      'gates.slices.all.ndcg.margin',
    );
    expect(problems(gates, origins).map(([, message]) => message)).toEqual([
      expect.stringMatching(/^gates\.slices\.all\.ndcg\.margin .* 100 needs of search .* 149 are/),
      expect.stringMatching(/^gates\.cells\.search\.ndcg\.margin .* 100 needs .* 2995 are/),
      expect.stringMatching(
        /^gates\.cells\.search\.slices\.typos\.recall\.margin .* 20 needs .* 299 are/,
      ),
    ]);
  });

  it('need more in sequence: 664 at .005 where a whole run needs 598', () => {
    const numbers = (sequential: boolean): AskedNumbers => ({
      cells: [{ cell: 'search', k: 10, needs: 650, slices: new Map() }],
      needs: null,
      sequential,
    });
    const gates = { recall: { margin: 0.005 } };
    const origins = said('gates.recall.margin');
    expect(problems(gates, origins, false, numbers(false))).toEqual([]);
    expect(problems(gates, origins, false, numbers(true))[0]?.[1]).toContain('664 are needed');
  });

  it('of the error rate count needs', () => {
    expect(problems({ errors: { margin: 0.001 } }, said('gates.errors.margin'))[0]?.[1]).toContain(
      '2000 needs can never show so little; 2995 are needed',
    );
    expect(problems({ errors: { margin: 0.01 } }, said('gates.errors.margin'))).toEqual([]);
  });

  it('of a slice or an operation without queries are refused, with the nearest slice', () => {
    const error = marginProblems(asked, { slices: { typo: {} } }, new Map(), true)[0];
    expect(error?.message).toBe('gates.slices.typo: the corpus has no query in this slice');
    expect(error?.hint).toBe('did you mean typos? slices with queries: all, typos');
    const none: AskedNumbers = {
      ...asked,
      cells: [countNeeds('search', 10, []), countNeeds('retrieve', 10, queries)],
    };
    const cells = { search: { recall: { margin: 0.1 } } };
    expect(marginProblems(none, { cells }, new Map(), false)[0]?.message).toBe(
      'gates.cells.search: no query is asked of this operation',
    );
  });

  it('of a depth beyond the lists are refused', () => {
    const shallow: AskedNumbers = { ...asked, cells: [countNeeds('search', 5, queries)] };
    const gates = { 'recall@10': { margin: 0.1 } };
    expect(problems(gates, said('gates.recall@10.margin'), false, shallow)[0]?.[1]).toContain(
      'lists of 5 rows have no recall@10',
    );
  });
});
