import { counted } from '../../counted.ts';
import type { LoadFinding } from './load-finding.ts';
import type { Ungated } from './load-gate.ts';

/**
 * What rests on the answers of a rate is open where some of them were not read: those that were are no sample of all,
 * since a body that was seen before is known again and only new ones go unread. A failure that was seen stays one; of
 * recall also a fail is open, since what was not read may be better.
 */
export function openByUnread(
  result: Ungated,
  { unread }: Pick<LoadFinding, 'unread'>,
): { readonly result: Ungated; readonly isOpen: boolean } {
  const { kind, state, n, reason } = result;
  const incumbent = kind.type === 'recall' && kind.against === 'incumbent' ? unread?.incumbent : 0;
  const sides = [
    { side: 'candidate', count: unread?.candidate ?? 0 },
    { side: 'incumbent', count: incumbent ?? 0 },
  ].filter(({ count }) => count > 0);
  const isRecall = kind.type === 'recall';
  const rests = isRecall ? n > 0 : kind.type === 'answers' || kind.type === 'errors';
  if (sides.length === 0 || !rests || (state === 'fail' && !isRecall)) {
    return { result, isOpen: false };
  }
  const told = sides.map(({ side, count }) => `${counted(count, 'answer')} of the ${side}`);
  return {
    result: {
      ...result,
      state: 'inconclusive',
      reason: `not read: ${told.join(' and ')}, since more distinct ones came than are kept; of the others: ${reason}`,
    },
    isOpen: true,
  };
}
