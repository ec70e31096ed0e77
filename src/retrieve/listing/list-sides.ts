import type { TruthKind } from '../../config/resolve.ts';
import type { Corpus } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import { type Listed, listDocuments } from '../../observe/list-documents.ts';
import type { Progress } from '../../progress.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { LISTING_FILE, type RecordedListing } from './read-listing.ts';

/**
 * Lists both sides where both can be listed, one after the other: only both together tell what the candidate alone has
 * lost. Where truth is made from stored vectors the incumbent is listed in any case.
 * @throws UsageError where truth is made from stored vectors, and the incumbent gives none.
 */
export async function listSides(
  { incumbent, candidate }: Pair,
  corpus: Corpus,
  options: {
    readonly writer: RunWriter;
    readonly progress: Progress;
    readonly signal: AbortSignal;
    readonly truth: TruthKind;
  },
): Promise<void> {
  const { operations, vectors } = incumbent.capabilities;
  const isStored = options.truth === 'stored';
  if (isStored && !(operations.list !== undefined && vectors)) {
    throw new UsageError('truth-stored', `incumbent ${incumbent.label}: gives no stored vectors`, {
      hint: "truth: 'stored' needs a store that lists its vectors; leave it out",
    });
  }
  const sides = isStored ? [incumbent] : [incumbent, candidate];
  if (sides.some(({ capabilities }) => capabilities.operations.list === undefined)) return;
  const list = async (name: 'incumbent' | 'candidate', backend: typeof incumbent) => {
    const listed: Listed = await listDocuments(backend, name, corpus, options);
    if (listed.detail !== null) options.progress.note(`${name}: not listed: ${listed.detail}`);
    return listed;
  };
  const ended: RecordedListing = {
    incumbent: await list('incumbent', incumbent),
    candidate: await list('candidate', candidate),
  };
  if (!options.signal.aborted) await options.writer.writeJson(LISTING_FILE, ended);
}
