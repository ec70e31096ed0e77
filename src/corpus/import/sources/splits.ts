import { firstNamed } from '../../../counted.ts';
import { importProblem } from '../problem.ts';
import type { ImportRole } from '../types.ts';
import type { Found } from './found.ts';
import { plainSplit, splitOf } from './roles.ts';

/** Files that a note names. */
export const SHOWN = 5;

/** Leaves out files in a folder that are less surely documents or queries (by the name of a split alone, or lines of text), where others are. */
export function withoutWeak(found: readonly Found[], notes: string[]): Found[] {
  const isSure = (role: ImportRole) => found.some((one) => one.role === role && !one.isWeak);
  const out = found.filter(({ isWeak, inFolder, role }) => isWeak && inFolder && isSure(role));
  if (out.length > 0) {
    notes.push(
      `files were left out beside others that are more surely meant: ${firstNamed(out.map(wayOf), SHOWN)}`,
    );
  }
  return found.filter((one) => !out.includes(one));
}

/**
 * Leaves out the judgments of other splits, where files in a folder are of several; likewise queries, where the
 * split that is wanted has some of its own.
 */
export function inOneSplit(found: readonly Found[], split: string, notes: string[]): Found[] {
  const wanted = plainSplit(split);
  const out = new Set<Found>();
  for (const role of ['judgments', 'queries'] as const) {
    const some = found.filter((one) => one.role === role && one.inFolder);
    const splits = new Set(some.map(({ way }) => splitOf(way)).filter((one) => one !== null));
    if (splits.size < 2) continue;
    if (!splits.has(wanted)) {
      if (role === 'queries') continue;
      throw importProblem(
        'split',
        some[0]?.path ?? '',
        `there are no judgments of the split ${split} beside it`,
        `choose with --split: ${[...splits].join(', ')}`,
      );
    }
    const others = some.filter(({ way }) => (splitOf(way) ?? wanted) !== wanted);
    for (const other of others) out.add(other);
    notes.push(`${role} of other splits were left out: ${firstNamed(others.map(wayOf), SHOWN)}`);
  }
  return found.filter((one) => !out.has(one));
}

const wayOf = ({ way }: Found): string => way;
