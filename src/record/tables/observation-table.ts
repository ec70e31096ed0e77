import type { OutcomeKind } from '../../wire/outcome.ts';
import type { Arm, Cell, Observation, Phase } from '../types.ts';
import { decodeTable } from './arrow-decode.ts';
import {
  boolColumn,
  encodeTable,
  float64Column,
  float64ListColumn,
  int32Column,
  utf8Column,
  utf8ListColumn,
} from './arrow-encode.ts';

/** The bytes of an Arrow file with one row an observation; equal rows give equal bytes. */
export function encodeObservations(rows: readonly Observation[]): Uint8Array {
  const of = <Value>(read: (row: Observation) => Value): Value[] => rows.map(read);
  return encodeTable(
    [
      utf8Column(
        'phase',
        of((row) => row.phase),
      ),
      utf8Column(
        'cell',
        of((row) => row.cell),
      ),
      utf8Column(
        'arm',
        of((row) => row.arm),
      ),
      int32Column(
        'block',
        of((row) => row.block),
      ),
      int32Column(
        'pair',
        of((row) => row.pair),
      ),
      int32Column(
        'sequence',
        of((row) => row.sequence),
      ),
      utf8Column(
        'queryId',
        of((row) => row.queryId),
      ),
      int32Column(
        'k',
        of((row) => row.k),
      ),
      utf8Column(
        'outcome',
        of((row) => row.outcome),
      ),
      int32Column(
        'status',
        of((row) => row.status),
      ),
      utf8Column(
        'detail',
        of((row) => row.detail),
      ),
      float64Column(
        'startedMs',
        of((row) => row.startedMs),
      ),
      float64Column(
        'latencyMs',
        of((row) => row.latencyMs),
      ),
      float64Column(
        'sizeBytes',
        of((row) => row.sizeBytes),
      ),
      boolColumn(
        'firstTouch',
        of((row) => row.firstTouch),
      ),
      utf8ListColumn(
        'ids',
        of((row) => row.ids),
      ),
      utf8ListColumn(
        'collections',
        of((row) => row.collections),
      ),
      float64ListColumn(
        'similarities',
        of((row) => row.similarities),
      ),
      float64ListColumn(
        'rawScores',
        of((row) => row.rawScores),
      ),
    ],
    rows.length,
  );
}

/**
 * The observations of one Arrow file.
 * @throws Error where the bytes are no such table, or hold other than `expectedRows` rows.
 */
export function decodeObservations(bytes: Uint8Array, expectedRows: number): Observation[] {
  const table = decodeTable(bytes, expectedRows);
  const phase = table.utf8('phase');
  const cell = table.utf8('cell');
  const arm = table.utf8('arm');
  const block = table.int32('block');
  const pair = table.int32('pair');
  const sequence = table.int32('sequence');
  const queryId = table.utf8('queryId');
  const k = table.int32('k');
  const outcome = table.utf8('outcome');
  const status = table.int32('status');
  const detail = table.utf8('detail');
  const startedMs = table.float64('startedMs');
  const latencyMs = table.float64('latencyMs');
  const sizeBytes = table.float64('sizeBytes');
  const firstTouch = table.bool('firstTouch');
  const ids = table.utf8Lists('ids');
  const collections = table.utf8Lists('collections');
  const similarities = table.float64Lists('similarities');
  const rawScores = table.float64Lists('rawScores');
  return Array.from({ length: table.rowCount }, (_, row) => ({
    phase: phase[row] as Phase,
    cell: cell[row] as Cell,
    arm: arm[row] as Arm,
    block: block[row] ?? 0,
    pair: pair[row] ?? 0,
    sequence: sequence[row] ?? 0,
    queryId: queryId[row] ?? '',
    k: k[row] ?? 0,
    outcome: outcome[row] as OutcomeKind,
    status: status[row] ?? null,
    detail: detail[row] ?? '',
    startedMs: startedMs[row] ?? Number.NaN,
    latencyMs: latencyMs[row] ?? Number.NaN,
    sizeBytes: sizeBytes[row] ?? 0,
    firstTouch: firstTouch[row] ?? false,
    ids: ids[row] ?? [],
    collections: collections[row] ?? [],
    similarities: similarities[row] ?? [],
    rawScores: rawScores[row] ?? [],
  }));
}
