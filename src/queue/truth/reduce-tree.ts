/** Lists are merged at most so many at a time: what one job reads stays bounded, and merging is spread. */
const FAN_IN = 16;

/** A range of document blocks, `to` after the last. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The ranges that a range is merged from: single blocks where they are few, else ranges of equal size. A function of
 * the two numbers alone, so that the process that declares the jobs and the one that runs them see the same tree.
 */
export function childrenOf({ from, to }: BlockRange): BlockRange[] {
  const count = to - from;
  let size = 1;
  while (size * FAN_IN < count) size *= FAN_IN;
  return Array.from({ length: Math.ceil(count / size) }, (_, at) => ({
    from: from + at * size,
    to: Math.min(from + (at + 1) * size, to),
  }));
}

/** Whether a range is one block: a shard, and nothing to merge. */
export function isShard({ from, to }: BlockRange): boolean {
  return to - from === 1;
}

/** The id of the job that makes the lists of one block of queries over a range: of a shard, or of a merge. */
export function listsJobId(
  kind: 'shard' | 'merge',
  { run, queryBlock }: { readonly run: string; readonly queryBlock: number },
  { from, to }: BlockRange,
): string {
  return `${run}-${kind}-${queryBlock}-${from}-${to}`;
}
