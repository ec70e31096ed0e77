import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTable } from '../../src/record/tables/arrow-decode.ts';
import { observationCodec } from '../../src/record/tables/observation-table.ts';
import { vectorCodec } from '../../src/record/tables/vector-table.ts';
import type { Observation } from '../../src/record/types.ts';
import { observation } from './observation.ts';

const encodeObservations = (rows: Observation[]) => observationCodec.encode(rows).bytes;
const decodeObservations = observationCodec.decode;

const text = fc.string({ unit: 'binary' });
const score = fc.double();
const small = fc.integer({ min: 0, max: 2 ** 31 - 1 });

const anyObservation: fc.Arbitrary<Observation> = fc.record({
  phase: fc.constantFrom('census', 'quality', 'latency', 'throughput'),
  cell: fc.constantFrom('search', 'retrieve'),
  arm: fc.constantFrom('A', 'A2', 'B', 'B2'),
  block: small,
  pair: small,
  sequence: small,
  queryId: text,
  k: small,
  outcome: fc.constantFrom('ok', 'timeout', 'refused', 'reset', 'http', 'malformed', 'aborted'),
  status: fc.option(small),
  detail: text,
  startedMs: score,
  latencyMs: score,
  sizeBytes: fc.maxSafeNat(),
  firstTouch: fc.boolean(),
  ids: fc.array(text),
  collections: fc.array(text),
  similarities: fc.array(score),
  rawScores: fc.array(score),
});

test('observations read back as they were: strange strings, empty lists, NaN, infinities, −0', () => {
  fc.assert(
    fc.property(fc.array(anyObservation, { maxLength: 20 }), (rows) => {
      expect(decodeObservations(encodeObservations(rows), rows.length)).toEqual(rows);
    }),
  );
});

test('equal observations give equal bytes, whatever the payload of their NaNs', () => {
  const strangeNaN = new Float64Array(new BigUint64Array([0x7ff8_dead_beef_0001n]).buffer);
  fc.assert(
    fc.property(fc.array(anyObservation, { maxLength: 20 }), (rows) => {
      const same = structuredClone(rows).map((row) => ({
        ...row,
        similarities: row.similarities.map((value) =>
          Number.isNaN(value) ? (strangeNaN[0] ?? Number.NaN) : value,
        ),
      }));
      expect(Buffer.from(encodeObservations(rows)).equals(encodeObservations(same))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('no NaN stands in the file: scores without a value are null to other readers', () => {
  const bytes = encodeObservations([observation({ similarities: [Number.NaN, 1] })]);
  const list = tableFromIPC(bytes).getChild('similarities')?.get(0) ?? [];
  expect([...list]).toEqual([null, 1]);
});

test('a lone surrogate becomes U+FFFD and leaves its neighbours alone', () => {
  const rows = [observation({ ids: ['\ud83d', '\ude00', 'ok'] })];
  expect(decodeObservations(encodeObservations(rows), 1)[0]?.ids).toEqual([
    '\ufffd',
    '\ufffd',
    'ok',
  ]);
});

test('a file cut anywhere never reads as a whole one', () => {
  const rows = [observation(), observation({ sequence: 1 })];
  const bytes = encodeObservations(rows);
  for (let end = 0; end < bytes.length; end += 1) {
    expect(() => decodeObservations(bytes.slice(0, end), 2)).toThrow();
  }
});

test('a stream cut between any two messages reads shorter without an error, and is refused by its row count', () => {
  const batches = [3, 5, 7].map((count) =>
    tableFromIPC(
      encodeObservations(Array.from({ length: count }, (_, sequence) => observation({ sequence }))),
    ),
  );
  const stream = tableToIPC(new Table(batches.flatMap((table) => table.batches)), 'stream');
  expect(decodeObservations(stream, 15)).toHaveLength(15);
  const silent: number[] = [];
  for (let end = 0; end < stream.length; end += 8) {
    const cut = stream.slice(0, end);
    let rowCount: number | null = null;
    try {
      rowCount = tableFromIPC(cut).numRows;
    } catch {
      // A cut within a message is noticed by the format itself.
    }
    if (rowCount === null || rowCount === 15) continue;
    silent.push(rowCount);
    expect(() => decodeTable(cut, 15)).toThrow(`${rowCount} rows where 15 were recorded`);
  }
  expect(new Set(silent)).toEqual(new Set([0, 3, 8]));
});

test('vectors read back bit by bit, as a view into the file', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5 }),
      fc.array(text, { maxLength: 8 }),
      (dimension, ids) => {
        const values = Float32Array.from({ length: ids.length * dimension }, (_, i) => i / 7 - 1);
        const { bytes } = vectorCodec.encode({ ids, dimension, values });
        const table = vectorCodec.decode(bytes, ids.length);
        expect(table.ids).toEqual(ids);
        expect(table.dimension).toBe(dimension);
        expect(table.values).toEqual(values);
        if (values.length > 0) expect(table.values.buffer).toBe(bytes.buffer);
      },
    ),
  );
});

test('vectors whose values are not rows × dimension are refused', () => {
  expect(() =>
    vectorCodec.encode({ ids: ['a'], dimension: 3, values: new Float32Array(2) }),
  ).toThrow('2 values are not 1 vectors of dimension 3');
});
