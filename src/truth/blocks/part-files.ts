import { join } from 'node:path';
import { z } from 'zod';
import { isErrno } from '../../disk/errno.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { readRegular } from '../../disk/read-regular.ts';
import { appendToLog, readAppendLog } from '../../record/append-log.ts';
import { sha256Hex, writeWhole } from '../../record/files/write-whole.ts';
import { decodeLists, encodeLists } from '../plan/list-codec.ts';
import type { PartPlace, PartStore } from './parts.ts';

const JOURNAL = 'journal.jsonl';

const lineSchema = z.strictObject({
  event: z.literal('part'),
  documentBlock: z.int().nonnegative(),
  queryBlock: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  sha256: z.string(),
});

/** Parts in a folder, with what had to be set aside when it was opened. */
export interface PartFiles extends PartStore {
  /** A sentence for each line of the journal that could not be read. */
  readonly setAside: readonly string[];
}

/**
 * Keeps parts in a folder: one Arrow file a part (write, fsync, rename), then one line of
 * `journal.jsonl` (one write, fsync). A part counts where its line is whole and its file has the sha256 of
 * the line; what a kill tore is set aside, and that part is done again.
 *
 * The folder must belong to one question: name it by a hash of everything that the lists depend on.
 *
 * @throws InfrastructureError where the disk refuses
 */
export async function openPartFiles(folder: string): Promise<PartFiles> {
  await makeFolder(folder);
  const log = await readAppendLog(join(folder, JOURNAL));
  const finished = new Map<string, z.infer<typeof lineSchema>>();
  const setAside = log.damaged.map(({ message }) => message);
  for (const { value, lineNumber } of log.lines) {
    if (value === null) continue;
    const line = lineSchema.safeParse(value);
    if (line.success) finished.set(fileOf(line.data), line.data);
    else setAside.push(`${log.path}:${lineNumber}: no line of a finished part: set aside`);
  }
  return {
    setAside,
    load: async (place) => {
      const line = finished.get(fileOf(place));
      if (line === undefined) return null;
      const bytes = await readRegular(join(folder, fileOf(place))).catch((error: unknown) => {
        if (isErrno(error, 'ENOENT')) return null;
        throw error;
      });
      if (bytes === null || sha256Hex(bytes) !== line.sha256) return null;
      return decodeLists(bytes, line.rows);
    },
    save: async (place, lists) => {
      const bytes = encodeLists(lists);
      await writeWhole(join(folder, fileOf(place)), bytes);
      const { documentBlock, queryBlock } = place;
      const line: z.infer<typeof lineSchema> = {
        event: 'part',
        documentBlock,
        queryBlock,
        rows: lists.length,
        sha256: sha256Hex(bytes),
      };
      await appendToLog(join(folder, JOURNAL), [line], { lock: false });
    },
  };
}

function fileOf({ documentBlock, queryBlock }: PartPlace): string {
  return `documents-${documentBlock}-queries-${queryBlock}.arrow`;
}
