import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDrift } from '../../../src/parity/drift/compare.ts';
import { discoverDrift } from '../../../src/parity/drift/discover.ts';
import { assign } from '../../../src/parity/drift/match/hungarian.ts';
import type { RawReply, ReplyPair } from '../../../src/record/raw-replies.ts';
import {
  adaptResponse,
  applyOperation,
  type FieldOperation,
  lossySteps,
} from '../../../src/wire/field-mapping.ts';

function reply(body: unknown, status = 200): RawReply {
  return { status, contentType: 'application/json', body };
}

function pairOf(incumbent: unknown, candidate: unknown): ReplyPair {
  return {
    incumbent: reply(incumbent),
    incumbentAgain: reply(incumbent),
    candidate: reply(candidate),
    candidateAgain: reply(candidate),
  };
}

/** Transforms from the candidate's value to the incumbent's, with a generator of candidate values. */
const TRANSFORMS: readonly {
  readonly operation: FieldOperation;
  readonly values: fc.Arbitrary<unknown>;
}[] = [
  { operation: { kind: 'identity' }, values: fc.string({ minLength: 6, maxLength: 12 }) },
  {
    operation: { kind: 'affine', slope: -1, intercept: 1 },
    values: fc.double({ min: 0.01, max: 1, noNaN: true }),
  },
  {
    operation: { kind: 'affine', slope: 1000, intercept: 0 },
    values: fc.double({ min: 0.1, max: 50, noNaN: true }),
  },
  {
    operation: { kind: 'l2-normalise' },
    values: fc
      .array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 4, maxLength: 4 })
      .map((row) => [...row, 3]),
  },
  { operation: { kind: 'add-prefix', prefix: 'doc:' }, values: fc.uuid() },
  {
    operation: { kind: 'epoch-to-iso', unitMs: 1000 },
    values: fc.integer({ min: 1_000_000_000, max: 1_900_000_000 }),
  },
  {
    operation: { kind: 'iso-to-epoch', unitMs: 1 },
    values: fc
      .integer({ min: 1_000_000_000, max: 1_900_000_000 })
      .map((seconds) => new Date(seconds * 1000).toISOString()),
  },
  { operation: { kind: 'number-to-string' }, values: fc.integer({ min: 10, max: 1e6 }) },
  {
    operation: { kind: 'string-to-number' },
    values: fc.integer({ min: 10, max: 1e6 }).map(String),
  },
  { operation: { kind: 'wrap' }, values: fc.string({ minLength: 8, maxLength: 12 }) },
];

const fieldName = fc.stringMatching(/^[a-z]{3,8}$/);

describe('drift discovery', () => {
  it('recovers randomly renamed fields with random transforms', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.integer({ min: 0, max: TRANSFORMS.length - 1 }), {
            minLength: 1,
            maxLength: 6,
          })
          .chain((kinds) =>
            fc.record({
              kinds: fc.constant(kinds),
              incumbentNames: fc.uniqueArray(fieldName, {
                minLength: kinds.length,
                maxLength: kinds.length,
              }),
              candidateNames: fc.uniqueArray(fieldName, {
                minLength: kinds.length,
                maxLength: kinds.length,
              }),
              values: fc.array(
                fc.tuple(...kinds.map((kind) => TRANSFORMS[kind]?.values ?? fc.constant(0))),
                { minLength: 15, maxLength: 15 },
              ),
            }),
          ),
        ({ kinds, incumbentNames, candidateNames, values }) => {
          const distinct = kinds.every(
            (_, at) => new Set(values.map((row) => JSON.stringify(row[at]))).size >= 12,
          );
          fc.pre(distinct && kinds.length > 0);
          const pairs = values.map((row) =>
            pairOf(
              Object.fromEntries(
                kinds.map((kind, at) => [
                  incumbentNames[at],
                  applyOperation(TRANSFORMS[kind]?.operation ?? { kind: 'identity' }, row[at]),
                ]),
              ),
              Object.fromEntries(kinds.map((_, at) => [candidateNames[at], row[at]])),
            ),
          );
          const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
          for (const [at, kind] of kinds.entries()) {
            const mapping = found.mappings.find(
              ({ incumbentPath }) => incumbentPath === incumbentNames[at],
            );
            expect(mapping?.candidatePath).toBe(candidateNames[at]);
            expect(mapping?.operation.kind).toBe(TRANSFORMS[kind]?.operation.kind);
          }
          expect(found.adapterAgreement).toBe(1);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('accepts no row that fails on held-out pairs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 20 }),
        fc.integer({ min: 0, max: 7 }),
        (values, which) => {
          // Equal on every pair that may be looked at, and otherwise on one that is held out.
          const held = values.map((_, at) => at).filter((at) => at % 5 === 1 || at % 5 === 3);
          const spoiled = held[which % held.length];
          const pairs = values.map((value, at) =>
            pairOf({ a: value }, { b: at === spoiled ? value + 5000 : value }),
          );
          const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
          expect(found.mappings).toEqual([]);
          expect(found.rows.map(({ operation }) => operation).sort()).toEqual(['added', 'missing']);
        },
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  it('aligns the elements of lists by their best key and never by position', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => {
      const ids = Array.from({ length: 8 }, (__, rank) => `d-${(at * 3 + rank * 5) % 40}`);
      const score = (id: string): number => (Number(id.slice(2)) * 37 + at * 11) % 97;
      return pairOf(
        { results: ids.map((id) => ({ doc_id: id, score: 1 - score(id) / 100, meta: { id } })) },
        { hits: ids.toReversed().map((id) => ({ key: id, distance: score(id) / 100, rank: 1 })) },
      );
    });
    const { rows, mappings } = discoverDrift({ endpoint: 'search', scenario: 'success', pairs });
    expect(mappings).toContainEqual({
      incumbentPath: 'results[].score',
      candidatePath: 'hits[].distance',
      operation: { kind: 'affine', slope: -1, intercept: 1 },
      lossy: false,
    });
    expect(
      rows.map((row) => `${row.incumbentPath} ${row.candidatePath} ${row.operation}`),
    ).toContain('results[].doc_id hits[].key rename');
    const hits = [{ key: 'd-4', distance: 0.25, rank: 1 }];
    expect(adaptResponse(mappings, { hits })).toEqual({
      results: [{ doc_id: 'd-4', score: 0.75 }],
    });
  });

  it('names lengths that unit vectors have lost as a lossy step', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => {
      const raw = [3 + at, 4, 2 * at, 1];
      const unit = applyOperation({ kind: 'l2-normalise' }, raw);
      return pairOf({ vector: raw }, { vector: unit });
    });
    const { rows, mappings } = discoverDrift({ endpoint: 'embed', scenario: 'success', pairs });
    expect(rows[0]).toMatchObject({ severity: 'meaning', lossy: true });
    expect(lossySteps(mappings)).toEqual(['vector: lengths are lost in vector']);
  });

  it('leaves out what changes from one request to the same request again', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => ({
      ...pairOf({ took: at, id: `x-${at}` }, { took: at, id: `x-${at}` }),
      incumbentAgain: reply({ took: at + 100, id: `x-${at}` }),
      candidateAgain: reply({ took: at + 50, id: `x-${at}` }),
    }));
    const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
    expect(found.volatile).toEqual({ incumbent: ['took'], candidate: ['took'] });
    expect(found.rows).toEqual([]);
  });

  it('says where status codes and content types differ', () => {
    const pairs = Array.from({ length: 6 }, () => ({
      ...pairOf({ error: 'no' }, { error: 'no' }),
      candidate: { status: 422, contentType: 'text/plain', body: { error: 'no' } },
    }));
    const { rows } = discoverDrift({ endpoint: 'embed', scenario: '4xx', pairs });
    expect(rows.map(({ operation }) => operation)).toEqual([
      'differs: 200 → 422',
      'differs: application/json → text/plain',
    ]);
  });
});

describe('drift against what is expected', () => {
  it('names new and vanished drift apart', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => pairOf({ a: at * 7 }, { b: at * 7 }));
    const { rows } = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
    const gone = { endpoint: 'x', incumbentPath: 'c', candidatePath: 'd', operation: 'rename' };
    const comparison = compareDrift(rows, [gone]);
    expect(comparison.fresh).toEqual(rows);
    expect(comparison.vanished).toEqual([gone]);
    expect(compareDrift(rows, rows)).toMatchObject({ fresh: [], vanished: [] });
  });
});

describe('the assignment', () => {
  it('has the greatest sum of gains of all permutations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -3, max: 20 }), { minLength: 4, maxLength: 4 }), {
          minLength: 3,
          maxLength: 4,
        }),
        (gains) => {
          const columns = assign(gains);
          const taken = columns.filter((column) => column !== -1);
          expect(new Set(taken).size).toBe(taken.length);
          const sum = columns.reduce(
            (total, column, row) => total + (column === -1 ? 0 : (gains[row]?.[column] ?? 0)),
            0,
          );
          expect(sum).toBe(best(gains, 0, new Set()));
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

function best(gains: readonly (readonly number[])[], row: number, used: Set<number>): number {
  if (row === gains.length) return 0;
  let most = best(gains, row + 1, used);
  for (const [column, gain] of (gains[row] ?? []).entries()) {
    if (used.has(column)) continue;
    most = Math.max(most, gain + best(gains, row + 1, new Set([...used, column])));
  }
  return most;
}
