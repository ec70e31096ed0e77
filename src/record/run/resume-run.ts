import { readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { isPartial, removeAbandoned } from '../../disk/partial.ts';
import { UsageError } from '../../errors.ts';
import { readAppendLog } from '../append-log.ts';
import type { RunKind } from './manifest.ts';
import { openRun } from './open-run.ts';
import { requireKind } from './require-kind.ts';
import { lockRun, RUN_LOCK, type RunLock } from './run-lock.ts';
import type { RunReader } from './run-reader.ts';
import { RunWriter } from './run-writer.ts';

const RUN_JOURNAL = 'journal.jsonl';
const BEFORE_ALL: readonly string[] = [RUN_LOCK, RUN_JOURNAL];

/** A run that is gone on with: what it holds already, and the writer that adds to it. */
export interface ResumedRun {
  readonly reader: RunReader;
  readonly writer: RunWriter;
}

/** What may be handed in. */
export interface ResumeOptions {
  /** What the run must be one of, where it has said what it is. */
  readonly kind?: RunKind;
  /** Sees what the run holds before anything is changed; what it throws leaves the run as it is. */
  readonly check?: (reader: RunReader) => Promise<void>;
  readonly clock?: () => Date;
}

/**
 * Goes on with a run that was killed or interrupted: finished blocks stay, unfinished files are moved to
 * `set-aside/`, what was being written is removed, and a manifest of an interrupted run is taken away until the run
 * is finished. A run that was killed before its first line begins under its folder.
 * @throws UsageError where there is no run, the run is complete or of another kind, another process writes it, or a
 *   file was changed.
 */
export async function resumeRun(
  folder: string,
  { kind, check = async () => {}, clock = () => new Date() }: ResumeOptions = {},
): Promise<ResumedRun> {
  const isUnbegun = (await openResumable(folder)) === null;
  const lock = await lockRun(resolve(folder));
  try {
    if (isUnbegun) await begin(folder, lock, clock);
    const reader = await openRun(folder);
    requireUnfinished(reader);
    if (kind !== undefined) requireKind(reader, kind);
    await check(reader);
    await setAside(reader);
    const created = reader.journal.find(({ event }) => event === 'created');
    const writer = new RunWriter({
      id: reader.id,
      folder: reader.folder,
      createdAt: reader.manifest?.createdAt ?? String(created?.createdAt ?? created?.at ?? ''),
      clock,
      lock,
      files: reader.files,
      corpus: reader.corpus,
    });
    // First, since it vouches for a journal without further lines.
    await rm(join(reader.folder, 'manifest.json'), { force: true });
    await writer.beginAgain(reader.setAside);
    return { reader, writer };
  } catch (error) {
    await lock.release();
    throw diskError('run-resume', folder, 'gone on with', error);
  }
}

/**
 * What a run that may be gone on with holds; null where it was killed before its first line.
 * @throws UsageError where there is no run, or it is complete or of another kind
 */
export async function openResumable(folder: string, kind?: RunKind): Promise<RunReader | null> {
  if (await wasKilledAtOnce(folder)) return null;
  const reader = await openRun(folder);
  requireUnfinished(reader);
  if (kind !== undefined) requireKind(reader, kind);
  return reader;
}

/**
 * Keeps a run that is to be gone on with from others, before anything is asked for it.
 * @throws UsageError as `openResumable` does, and where another process writes it
 */
export async function holdRun(folder: string): Promise<RunLock> {
  await openResumable(folder);
  return await lockRun(resolve(folder));
}

function requireUnfinished({ manifest, folder }: RunReader): void {
  if (manifest?.status !== 'complete') return;
  throw new UsageError('run-complete', `the run in ${folder} is complete`, {
    hint: 'start a new run, or judge this one again with bench rescore',
  });
}

/** Whether a folder was made for a run and holds nothing yet but what was being written. */
async function wasKilledAtOnce(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => null);
  if (names === null || !names.every((name) => BEFORE_ALL.includes(name) || isPartial(name))) {
    return false;
  }
  const { lines } = await readAppendLog(join(folder, RUN_JOURNAL));
  return lines.every(({ value }) => value === null);
}

async function begin(folder: string, lock: RunLock, clock: () => Date): Promise<void> {
  const createdAt = clock().toISOString();
  // A run has the name of its folder, and not that of a link to it.
  const path = await realpath(folder);
  await new RunWriter({ id: basename(path), folder: path, createdAt, clock, lock }).begin();
}

async function setAside(reader: RunReader): Promise<void> {
  for (const part of ['.', 'observations', 'vectors', 'corpus']) {
    await removeAbandoned(join(reader.folder, part));
  }
  for (const path of reader.setAside) {
    if (isPartial(basename(path))) continue;
    const target = join(reader.folder, 'set-aside', path);
    await makeFolder(dirname(target));
    await rename(join(reader.folder, path), target);
  }
}
