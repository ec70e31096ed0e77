import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { openRun } from './open-run.ts';
import type { RunReader } from './run-reader.ts';
import { RunWriter } from './run-writer.ts';

/** A run that is gone on with: what it holds already, and the writer that adds to it. */
export interface ResumedRun {
  readonly reader: RunReader;
  readonly writer: RunWriter;
}

/**
 * Goes on with a run that was killed or interrupted: finished blocks stay, unfinished files are moved to
 * `set-aside/`, and a manifest of an interrupted run is taken away until the run is finished.
 * @throws UsageError where there is no run, the run is complete, or a file was changed.
 */
export async function resumeRun(
  folder: string,
  clock: () => Date = () => new Date(),
): Promise<ResumedRun> {
  const reader = await openRun(folder);
  if (reader.manifest?.status === 'complete') {
    throw new UsageError('run-complete', `the run in ${folder} is complete`, {
      hint: 'start a new run, or judge this one again with bench rescore',
    });
  }
  await setAside(reader);
  const created = reader.journal.find(({ event }) => event === 'created');
  const writer = new RunWriter({
    id: reader.id,
    folder: reader.folder,
    createdAt: reader.manifest?.createdAt ?? String(created?.createdAt ?? created?.at ?? ''),
    clock,
    files: reader.files,
    corpus: reader.corpus,
  });
  await writer.beginAgain(reader.setAside);
  await rm(join(reader.folder, 'manifest.json'), { force: true });
  return { reader, writer };
}

async function setAside(reader: RunReader): Promise<void> {
  for (const path of reader.setAside) {
    const target = join(reader.folder, 'set-aside', path);
    await mkdir(dirname(target), { recursive: true });
    await rename(join(reader.folder, path), target);
  }
}
