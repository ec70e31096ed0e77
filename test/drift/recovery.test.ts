import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discoverDrift } from '../../src/drift/find/discover.ts';
import { isHeldOut } from '../../src/drift/find/match/held-out.ts';
import {
  adaptResponse,
  applyOperation,
  type FieldOperation,
} from '../../src/wire/field-mapping.ts';
import { pairOf } from './replies.ts';

/** Responses a property sees. */
const PAIRS = 15;

const seconds = fc.integer({ min: 1_000_000_000, max: 1_900_000_000 });
const numbers = fc
  .array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((row) => [...row, 3]);

/** Transforms from the candidate's value to the incumbent's, with a generator of candidate values. */
const TRANSFORMS: readonly {
  readonly operation: FieldOperation;
  readonly values: fc.Arbitrary<unknown>;
  /** The incumbent's value, where the operation is no function of the candidate's. */
  readonly incumbent?: (value: unknown) => unknown;
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
    operation: { kind: 'affine', slope: 1.8, intercept: 32 },
    values: fc.double({ min: -40, max: 40, noNaN: true }),
  },
  { operation: { kind: 'l2-normalise' }, values: numbers },
  {
    // The candidate's is the incumbent's, seven times as long, normalised.
    operation: { kind: 'l2-normalised' },
    values: numbers.map((row) => applyOperation({ kind: 'l2-normalise' }, row)),
    incumbent: (value) => applyOperation({ kind: 'affine', slope: 7, intercept: 0 }, value),
  },
  { operation: { kind: 'add-prefix', prefix: 'doc:' }, values: fc.uuid() },
  {
    operation: { kind: 'strip-prefix', prefix: 'urn:x:' },
    values: fc.uuid().map((id) => `urn:x:${id}`),
  },
  { operation: { kind: 'epoch-to-iso', unitMs: 1000 }, values: seconds },
  { operation: { kind: 'epoch-to-iso', unitMs: 1 }, values: seconds.map((s) => s * 1000 + 7) },
  {
    operation: { kind: 'iso-to-epoch', unitMs: 1 },
    values: seconds.map((s) => new Date(s * 1000).toISOString()),
  },
  {
    operation: { kind: 'iso-to-epoch', unitMs: 1000 },
    values: seconds.map((s) => new Date(s * 1000).toISOString()),
  },
  { operation: { kind: 'number-to-string' }, values: fc.integer({ min: 10, max: 1e6 }) },
  {
    operation: { kind: 'string-to-number' },
    values: fc.integer({ min: 10, max: 1e6 }).map(String),
  },
  { operation: { kind: 'wrap' }, values: fc.string({ minLength: 8, maxLength: 12 }) },
  {
    operation: { kind: 'unwrap' },
    values: fc.string({ minLength: 8, maxLength: 12 }).map((text) => [text]),
  },
  {
    operation: { kind: 'length-of' },
    values: fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
  },
];

const OPERATIONS = TRANSFORMS.map(({ operation }) => operation.kind);
const kindsOfFields = fc.uniqueArray(fc.integer({ min: 0, max: TRANSFORMS.length - 1 }), {
  minLength: 1,
  maxLength: 6,
});
/** A key may hold what paths are made of. */
const key = fc.stringMatching(/^[a-z]{2,6}[.~]?[a-z]{1,3}$/);

/** Where fields stand in one side's body: a way of keys for each. */
function shapes(fields: number): fc.Arbitrary<string[][]> {
  return fc
    .array(fc.array(key, { minLength: 1, maxLength: 4 }), { minLength: fields, maxLength: fields })
    .filter((ways) =>
      ways.every((way, at) =>
        ways.every((other, index) => at === index || !startsWith(other, way)),
      ),
    );
}

function startsWith(way: readonly string[], start: readonly string[]): boolean {
  return start.every((part, at) => way[at] === part);
}

function bodyOf(ways: readonly (readonly string[])[], values: readonly unknown[]): unknown {
  const body: Record<string, unknown> = {};
  for (const [field, way] of ways.entries()) {
    let inner = body;
    for (const part of way.slice(0, -1)) {
      inner[part] ??= {};
      inner = inner[part] as Record<string, unknown>;
    }
    inner[way.at(-1) ?? ''] = values[field];
  }
  return body;
}

function pathOf(way: readonly string[]): string {
  return way.map((part) => part.replaceAll('~', '~0').replaceAll('.', '~1')).join('.');
}

function incumbentValue(kind: number, value: unknown): unknown {
  const transform = TRANSFORMS[kind];
  return transform?.incumbent === undefined
    ? applyOperation(transform?.operation ?? { kind: 'identity' }, value)
    : transform.incumbent(value);
}

function drawn(elements: number) {
  return kindsOfFields.chain((kinds) =>
    fc.record({
      kinds: fc.constant(kinds),
      incumbentWays: shapes(kinds.length),
      candidateWays: shapes(kinds.length),
      values: fc.array(
        fc.tuple(...kinds.map((kind) => TRANSFORMS[kind]?.values ?? fc.constant(0))),
        { minLength: elements, maxLength: elements },
      ),
    }),
  );
}

/** Values that repeat too often tell no field from another. */
function areTelling(kinds: readonly number[], values: readonly (readonly unknown[])[]): boolean {
  return kinds.every(
    (kind, at) =>
      new Set(values.map((row) => JSON.stringify(incumbentValue(kind, row[at])))).size >=
      0.9 * values.length,
  );
}

describe('drift discovery recovers', () => {
  it('every operation that the method names', () => {
    expect(new Set(OPERATIONS).size).toBe(13);
  });

  it('randomly renamed and nested fields with random transforms', () => {
    fc.assert(
      fc.property(drawn(PAIRS), ({ kinds, incumbentWays, candidateWays, values }) => {
        fc.pre(areTelling(kinds, values));
        const pairs = values.map((row) =>
          pairOf(
            bodyOf(
              incumbentWays,
              kinds.map((kind, at) => incumbentValue(kind, row[at])),
            ),
            bodyOf(candidateWays, row),
          ),
        );
        const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
        for (const [at, kind] of kinds.entries()) {
          const mapping = found.mappings.find(
            ({ incumbentPath }) => incumbentPath === pathOf(incumbentWays[at] ?? []),
          );
          expect(mapping?.candidatePath).toBe(pathOf(candidateWays[at] ?? []));
          expect(mapping?.operation.kind).toBe(TRANSFORMS[kind]?.operation.kind);
        }
        expect(found.mappings.length).toBe(kinds.length);
        expect(found.adapterAgreement).toBe(1);
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  it('the like in the elements of lists that come in another order, wherever the lists stand', () => {
    fc.assert(
      fc.property(
        drawn(40),
        fc.array(key, { maxLength: 3 }),
        fc.array(key, { maxLength: 3 }),
        fc.tuple(key, key),
        ({ kinds, incumbentWays, candidateWays, values }, wayA, wayB, [idA, idB]) => {
          fc.pre(areTelling(kinds, values));
          fc.pre(incumbentWays.every(([first]) => first !== idA));
          fc.pre(candidateWays.every(([first]) => first !== idB));
          const pairs = Array.from({ length: PAIRS }, (_, at) => {
            const rows = values.slice((at * 2) % 30, ((at * 2) % 30) + 8);
            const name = (row: readonly unknown[]): string => `d-${values.indexOf(row as never)}`;
            const ours = rows.map((row) => ({
              ...(bodyOf(
                incumbentWays,
                kinds.map((kind, field) => incumbentValue(kind, row[field])),
              ) as object),
              [idA]: name(row),
            }));
            const theirs = rows.toReversed().map((row) => ({
              ...(bodyOf(candidateWays, row) as object),
              [idB]: name(row),
            }));
            return pairOf(
              wayA.length === 0 ? ours : bodyOf([wayA], [ours]),
              wayB.length === 0 ? theirs : bodyOf([wayB], [theirs]),
            );
          });
          const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
          const [listA, listB] = [pathOf(wayA), pathOf(wayB)];
          for (const [at, kind] of kinds.entries()) {
            const mapping = found.mappings.find(
              ({ incumbentPath }) =>
                incumbentPath === `${listA}[].${pathOf(incumbentWays[at] ?? [])}`,
            );
            expect(mapping?.candidatePath).toBe(`${listB}[].${pathOf(candidateWays[at] ?? [])}`);
            expect(mapping?.operation.kind).toBe(TRANSFORMS[kind]?.operation.kind);
          }
          expect(found.adapterAgreement).toBe(1);
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });

  it('a count from the list that it counts, though the list is a field of its own', () => {
    const pairs = Array.from({ length: 10 }, (_, at) => {
      const rows = Array.from({ length: 1 + ((at * 3) % 7) }, (__, row) => `row ${at} ${row}`);
      return pairOf({ rows, row_count: rows.length }, { data: rows });
    });
    const { mappings } = discoverDrift({ endpoint: 'sql', scenario: 'success', pairs });
    expect(adaptResponse(mappings, { data: ['a', 'b'] })).toEqual({
      rows: ['a', 'b'],
      row_count: 2,
    });
  });
});

describe('drift discovery accepts no row that fails on the held-out pairs', () => {
  const held = Array.from({ length: 20 }, (_, at) => at).filter(isHeldOut);

  it('a mapping that is planted on all but one of them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 20 }),
        fc.constantFrom(...held),
        (values, spoiled) => {
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

  it('coincidences planted on the share that may be looked at, among true mappings and noise', () => {
    fc.assert(
      fc.property(
        drawn(20),
        fc.array(fc.integer({ min: 0, max: TRANSFORMS.length - 1 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.infiniteStream(fc.integer({ min: 0, max: 1e9 })),
        ({ kinds, incumbentWays, candidateWays, values }, planted, stream) => {
          fc.pre(areTelling(kinds, values));
          const noise = (): string => `noise ${stream.next().value}`;
          const pairs = values.map((row, at) => {
            const ours = kinds.map((kind, field) => incumbentValue(kind, row[field]));
            // A field of each side that agrees with one of the other side's until it is put to the proof.
            const lures = planted.map((which) =>
              isHeldOut(at) ? noise() : ours[which % ours.length],
            );
            const decoys = planted.map((which) =>
              isHeldOut(at) ? noise() : row[which % row.length],
            );
            return pairOf(
              {
                true: bodyOf(incumbentWays, ours),
                ...Object.fromEntries(lures.map((value, index) => [`lure${index}`, value])),
                noise: noise(),
              },
              {
                true: bodyOf(candidateWays, row),
                ...Object.fromEntries(decoys.map((value, index) => [`decoy${index}`, value])),
                noise: noise(),
              },
            );
          });
          const found = discoverDrift({ endpoint: 'x', scenario: 'success', pairs });
          const named = found.mappings.map(
            ({ incumbentPath, candidatePath }) => `${incumbentPath} → ${candidatePath}`,
          );
          expect(named.toSorted()).toEqual(
            kinds
              .map(
                (_, at) =>
                  `true.${pathOf(incumbentWays[at] ?? [])} → true.${pathOf(candidateWays[at] ?? [])}`,
              )
              .toSorted(),
          );
          for (const row of found.rows) {
            if (['missing', 'added', 'differs'].includes(row.operation)) continue;
            expect(row.heldOutAgreement).toBe(1);
          }
        },
      ),
      { numRuns: 80, seed: 4 },
    );
  });
});
