import type { Corpus } from '../../corpus/types.ts';
import type { Pair } from '../../observe/ask.ts';
import { type Listed, listDocuments } from '../../observe/list-documents.ts';
import type { Progress } from '../../progress.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { LISTING_FILE, type RecordedListing } from './read-listing.ts';

/**
 * Lists both sides where both can be listed, one after the other; nothing is written where one of them cannot, since
 * only both together tell what the candidate alone has lost.
 */
export async function listSides(
  { incumbent, candidate }: Pair,
  corpus: Corpus,
  options: {
    readonly writer: RunWriter;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const sides = [incumbent, candidate];
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
