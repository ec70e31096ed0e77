import { join } from 'node:path';
import { diskError } from '../disk/disk-error.ts';
import { makeFolder } from '../disk/make-folder.ts';
import { putInPlace } from '../disk/put-in-place.ts';
import { writeLines } from '../record/files/write-lines.ts';
import { openRun } from '../record/run/open-run.ts';
import { readRecordedRun } from './record/recorded-run.ts';
import { trecFiles } from './record/trec.ts';

/** What was exported of a stored run. */
export interface ExportedRun {
  readonly files: readonly { readonly name: string; readonly lines: number }[];
  /** False where the run was interrupted or killed: what is there was exported. */
  readonly complete: boolean;
  /** Files of the run that were set aside, one sentence each. */
  readonly issues: readonly string[];
}

/**
 * Writes a stored run as TREC run files of every arm and qrels; files of the same names are replaced.
 * @throws UsageError where the run cannot be read or an id cannot stand in such a file.
 * @throws InfrastructureError where the folder cannot be written to.
 */
export async function exportTrec(runFolder: string, outFolder: string): Promise<ExportedRun> {
  const reader = await openRun(runFolder);
  const run = await readRecordedRun(reader);
  const files: { name: string; lines: number }[] = [];
  for (const file of trecFiles(run)) {
    files.push({ name: file.name, lines: await written(outFolder, file.name, file.lines()) });
  }
  return { files, complete: run.complete, issues: reader.issues };
}

async function written(folder: string, name: string, lines: Iterable<string>): Promise<number> {
  const path = join(folder, name);
  try {
    await makeFolder(folder);
    let count = 0;
    await putInPlace(path, async (partial) => {
      count = (await writeLines(partial, lines)).count;
    });
    return count;
  } catch (cause) {
    throw diskError('export-write', path, 'written', cause);
  }
}
