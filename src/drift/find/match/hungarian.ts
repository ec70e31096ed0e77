/**
 * Assigns each row to at most one column so that the sum of gains is greatest: the Hungarian method with
 * potentials (Kuhn 1955; Jonker & Volgenant 1987), O(n³). Gains that are not positive are never taken.
 *
 * @param gains rows × columns
 * @returns the column of each row, −1 for none
 */
export function assign(gains: readonly (readonly number[])[]): number[] {
  const rows = gains.length;
  const columns = Math.max(0, ...gains.map((row) => row.length));
  const n = Math.max(rows, columns);
  const cost = (row: number, column: number): number => -Math.max(0, gains[row]?.[column] ?? 0);
  const rowPotential = new Float64Array(n + 1);
  const columnPotential = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    const before = new Int32Array(n + 1);
    const slack = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(n + 1);
    rowOf[0] = row;
    let column = 0;
    do {
      used[column] = 1;
      const current = rowOf[column] ?? 0;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let other = 1; other <= n; other++) {
        if (used[other] === 1) continue;
        const reduced =
          cost(current - 1, other - 1) -
          (rowPotential[current] ?? 0) -
          (columnPotential[other] ?? 0);
        if (reduced < (slack[other] ?? 0)) {
          slack[other] = reduced;
          before[other] = column;
        }
        if ((slack[other] ?? 0) < delta) {
          delta = slack[other] ?? 0;
          next = other;
        }
      }
      for (let other = 0; other <= n; other++) {
        if (used[other] === 1) {
          const at = rowOf[other] ?? 0;
          rowPotential[at] = (rowPotential[at] ?? 0) + delta;
          columnPotential[other] = (columnPotential[other] ?? 0) - delta;
        } else slack[other] = (slack[other] ?? 0) - delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    do {
      const previous = before[column] ?? 0;
      rowOf[column] = rowOf[previous] ?? 0;
      column = previous;
    } while (column !== 0);
  }
  const columnOf = new Array<number>(rows).fill(-1);
  for (let column = 1; column <= n; column++) {
    const row = (rowOf[column] ?? 0) - 1;
    if (row >= 0 && row < rows && cost(row, column - 1) < 0) columnOf[row] = column - 1;
  }
  return columnOf;
}
