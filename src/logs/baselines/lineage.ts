import type { ReadEntry } from './entry.ts';

/** What belongs together: runs of one tool at one commit. */
export interface Lineage {
  readonly tool: string;
  readonly gitCommit: string | null;
}

/** The entries of a lineage in the order of the log; a commit may be abbreviated to seven digits or more. */
export function entriesOfLineage(
  entries: readonly ReadEntry[],
  { tool, gitCommit }: Lineage,
): ReadEntry[] {
  return entries.filter((entry) => entry.tool === tool && isSameCommit(entry.gitCommit, gitCommit));
}

/** Whether two commit hashes, one of which may be abbreviated, name the same commit. */
export function isSameCommit(left: string | null, right: string | null): boolean {
  if (left === null || right === null) return left === right;
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  return short === long || (/^[0-9a-f]{7,}$/i.test(short) && startsWithIgnoringCase(long, short));
}

function startsWithIgnoringCase(text: string, start: string): boolean {
  return text.toLowerCase().startsWith(start.toLowerCase());
}
