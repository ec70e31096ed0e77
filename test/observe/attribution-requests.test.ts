import { describe, expect, it } from 'vitest';
import { observeAttribution } from '../../src/observe/observe-attribution.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import type { Observation } from '../../src/record/types.ts';
import {
  DEEP_BLOCK,
  EXACT_BLOCK,
  VECTOR_BLOCK,
} from '../../src/retrieve/derive/recorded-answers.ts';
import { attributeCell } from '../../src/retrieve/derive/run-attribution.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { type Capabilities, capabilitiesOf } from '../../src/wire/capabilities.ts';
import type { SearchRequest } from '../../src/wire/operations.ts';
import { unsupported } from '../../src/wire/outcome.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

/** A backend that keeps what it is asked and answers with one document. */
function listening(exact: Capabilities['exact'], asked: SearchRequest[]): Backend {
  return {
    label: 'listening',
    capabilities: capabilitiesOf({
      operations: { search: 'search' },
      queries: {
        search: { text: true, vector: false, filter: true, severalCollections: false },
      },
      exact,
    }),
    fingerprint: 'listening@1',
    health: async () => unsupported('no health'),
    search: async (request) => {
      asked.push(request);
      return {
        kind: 'ok' as const,
        value: { hits: [{ id: 'd-1', collection: null, similarity: 1, rawScore: 1 }] },
        status: 200,
        sizeBytes: 0,
        timing: { startedMs: 0, endedMs: 1 },
      };
    },
    close: async () => {},
  };
}

describe('what attribution asks', () => {
  it('is the exact search of a side that has one by request, and never of one that has not', async () => {
    const run = syntheticRun();
    const asked = { incumbent: [] as SearchRequest[], candidate: [] as SearchRequest[] };
    const rows: Observation[] = [];
    await observeAttribution(
      {
        incumbent: listening('none', asked.incumbent),
        candidate: listening('query', asked.candidate),
      },
      [{ cell: 'search', queries: run.corpus.queries.slice(0, 3) }],
      {
        kPrime: 50,
        vectors: run.vectors.queries,
        deepBlock: DEEP_BLOCK,
        vectorBlock: VECTOR_BLOCK,
        exactBlock: EXACT_BLOCK,
        model: null,
        concurrency: 2,
        originMs: 0,
        signal: new AbortController().signal,
        progress: NO_PROGRESS,
        isDone: () => false,
        writeBlock: async (_, more) => {
          rows.push(...more);
        },
      },
    );
    expect(asked.incumbent.filter(({ exact }) => exact === true)).toEqual([]);
    expect(asked.candidate.filter(({ exact }) => exact === true)).toHaveLength(3);
    const exact = rows.filter(({ block }) => block === EXACT_BLOCK);
    expect(exact.map(({ arm }) => arm)).toEqual(['B', 'B', 'B']);
    const { prepared } = attributeCell(
      { ...run, observations: [...run.observations, ...rows] },
      'search',
    );
    expect(prepared.input.sides.candidate.exact?.size).toBe(3);
    expect(prepared.input.sides.incumbent.exact).toBeUndefined();
  });

  it('is written in whole blocks: one that an interrupt cut short is asked again by who goes on', async () => {
    const run = syntheticRun();
    const queries = run.corpus.queries.slice(0, 5);
    const stop = new AbortController();
    const written: number[] = [];
    let answered = 0;
    await observeAttribution(
      { incumbent: listening('none', []), candidate: listening('query', []) },
      [{ cell: 'search', queries }],
      {
        ...{ kPrime: 50, vectors: run.vectors.queries, model: null, concurrency: 1, originMs: 0 },
        ...{ deepBlock: DEEP_BLOCK, vectorBlock: VECTOR_BLOCK, exactBlock: EXACT_BLOCK },
        signal: stop.signal,
        progress: {
          ...NO_PROGRESS,
          tick: () => {
            answered += 1;
            if (answered === 14) stop.abort(new Error('interrupted'));
          },
        },
        isDone: () => false,
        writeBlock: async (_, rows) => {
          written.push(rows.length);
        },
      },
    );
    expect(answered).toBeGreaterThanOrEqual(14);
    expect(written.length).toBeGreaterThan(0);
    expect(new Set(written)).toEqual(new Set([queries.length]));
  });
});
