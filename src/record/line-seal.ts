import { sha256Hex } from './files/write-whole.ts';

/** How a line stands to what was written: `misplaced` is sound itself, and the line before it is another. */
export type LineState = 'unsealed' | 'sound' | 'changed' | 'misplaced';

const SEAL = /,"seal":"([0-9a-f]{16})-([0-9a-f]{16})"\}$/;
const FIRST = '0'.repeat(16);

/**
 * A record as one line whose last key tells a digest of the line, and that of the line before: a line that is changed,
 * moved, doubled or lost later is noticed. That lines are missing at the end is not: the log was like that once.
 */
export function sealedLine(record: object, previous: string | null): string {
  const text = JSON.stringify(record);
  const before = markOf(previous);
  return `${text.slice(0, -1)},"seal":"${digestOf(before, text)}-${before}"}`;
}

/** Holds a line against its seal, and against the line before; null: there is none. */
export function lineState(line: string, previous: string | null): LineState {
  const [, own, before = ''] = SEAL.exec(line) ?? [];
  if (own === undefined) return 'unsealed';
  if (own !== digestOf(before, withoutSeal(line))) return 'changed';
  return before === markOf(previous) ? 'sound' : 'misplaced';
}

/** The record as it was before it was sealed. */
export function withoutSeal(line: string): string {
  return line.replace(SEAL, '}');
}

/** What a line is known by to the next one. */
function markOf(line: string | null): string {
  if (line === null) return FIRST;
  return SEAL.exec(line)?.[1] ?? digestOf('', line);
}

function digestOf(before: string, text: string): string {
  return sha256Hex(Buffer.from(`${before}\n${text}`)).slice(0, 16);
}
