import { openRun } from '../record/run/open-run.ts';
import type { RunWriter } from '../record/run/run-writer.ts';
import type { Side } from '../record/types.ts';
import type { EmbeddedTexts } from './embed-texts.ts';

/** Texts of a run that are to be embedded, in order. */
type Named = readonly { readonly id: string }[];

/**
 * The embeddings of a side that the run which is gone on with has: all answers rest on them, and embedding again may
 * give others. Null where one is missing, or a text had failed.
 */
export async function recordedVectors(
  writer: RunWriter,
  side: Side,
  texts: { readonly documents: Named; readonly queries: Named },
): Promise<readonly [documents: EmbeddedTexts, queries: EmbeddedTexts] | null> {
  const [documents, queries] = [`${side}-documents`, `${side}-queries`];
  if (!writer.hasVectors(documents) || !writer.hasVectors(queries)) return null;
  const reader = await openRun(writer.folder);
  const of = async (name: string, named: Named): Promise<EmbeddedTexts | null> => {
    const table = await reader.vectors(name);
    const isWhole =
      table.ids.length === named.length && named.every(({ id }, row) => table.ids[row] === id);
    return isWhole ? { table, failed: [], cut: 0 } : null;
  };
  const [one, other] = [await of(documents, texts.documents), await of(queries, texts.queries)];
  return one === null || other === null ? null : [one, other];
}
