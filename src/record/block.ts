import type { Arm, Cell, Observation, Phase } from './types.ts';

/** Names one block of observations; `arm` is null where a block interleaves several arms. */
export interface BlockKey {
  readonly phase: Phase;
  readonly cell: Cell;
  readonly arm: Arm | null;
  readonly block: number;
}

/** The name of a block's file below `observations/`, e.g. `quality-search-A-0003.arrow`. */
export function blockFileName(key: BlockKey): string {
  const number = String(key.block).padStart(4, '0');
  return `${[key.phase, key.cell, key.arm ?? 'all', number].join('-')}.arrow`;
}

/**
 * Refuses rows that belong to another block.
 * @throws RangeError that names the first such row.
 */
export function assertBlockRows(key: BlockKey, rows: readonly Observation[]): void {
  const stray = rows.findIndex(
    (row) =>
      row.phase !== key.phase ||
      row.cell !== key.cell ||
      row.block !== key.block ||
      (key.arm !== null && row.arm !== key.arm),
  );
  if (stray !== -1) throw new RangeError(`row ${stray} is not of the block ${blockFileName(key)}`);
}
