import { otherSide } from '../../record/side-of-arm.ts';
import type { CutoverWrite } from '../record/observations.ts';
import { type CutoverCheck, claimed } from './check.ts';

const NOUNS = { index: 'an index', key: 'a key', row: 'a row' } as const;

/** What is written through one side can be seen there and cannot be seen through the other. */
export function separateCheck(write: CutoverWrite): CutoverCheck {
  const { kind, writer, written, seenByWriter, seenByOther, statuses } = write;
  const other = otherSide(writer);
  const what = NOUNS[kind];
  const trail = `statuses ${statuses.map((status) => status ?? 'none').join(', ')}`;
  const base = claimed(
    { property: 'separate', name: `${kind} written through the ${writer}`, unit: 'writes' },
    written === 'yes' ? 1 : 0,
    seenByOther === true ? [trail] : [],
    {
      held: `${what} of the ${writer} is not visible through the ${other}`,
      broken: `${what} of the ${writer} is visible through the ${other}`,
      nothing:
        written === 'not offered'
          ? `the ${writer} offers no way to write ${what} (${trail})`
          : `the ${writer} did not take ${what} (${trail})`,
    },
  );
  if (base.state !== 'pass' || (seenByWriter === true && seenByOther === false)) return base;
  return {
    ...base,
    state: 'inconclusive',
    // What cannot be seen anywhere proves nothing about the other side.
    detail:
      seenByWriter === true
        ? `the ${other} gave no clear answer (${trail})`
        : `${what} cannot be seen through the ${writer} itself (${trail})`,
  };
}
