/**
 * A number with what it counts: `1 query`, `12 queries`. The words may go on to a verb, which has a form for one as well:
 * `counted(1, 'query differs', 'queries differ')`.
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
