import { RecordBlocks } from '../records/record-blocks.ts';
import type { PlacedRecord } from '../records/survey.ts';
import type { ConfinedQuestion, ConfinedReply } from './protocol.ts';

/** How records are handed over: as blocks of rows where rows were asked for, else as they are. */
export function replies(
  ask: ConfinedQuestion,
): (records: readonly PlacedRecord[]) => ConfinedReply {
  if (ask.kind !== 'rows' || ask.layout === null)
    return (records) => ({ kind: 'records', records });
  const blocks = new RecordBlocks(ask.layout);
  return (records) => ({ kind: 'rows', block: blocks.block(records) });
}
