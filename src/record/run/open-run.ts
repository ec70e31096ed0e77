import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { posixPath } from '../../corpus/files/inside-path.ts';
import { diskError } from '../../disk/disk-error.ts';
import { isErrno } from '../../disk/errno.ts';
import { readRegular } from '../../disk/read-regular.ts';
import { UsageError } from '../../errors.ts';
import { readAppendLog } from '../append-log.ts';
import { verifyFiles } from '../files/verify-files.ts';
import {
  type JournalEvent,
  journalCorpus,
  journalDescription,
  journalEvents,
  journalFiles,
} from './journal.ts';
import {
  type FileRecord,
  parseManifest,
  type RunDescription,
  requireSchemaVersion,
} from './manifest.ts';
import { RunReader } from './run-reader.ts';
import { checkSeal, type SealedRecord } from './seal.ts';

/** How strict a run is read. */
export interface OpenRunOptions {
  /** Leave damaged files out and report them, where they would otherwise be refused. */
  readonly allowDamaged?: boolean;
}

/**
 * Opens a run folder and checks every file against the manifest, or for a killed run against the journal.
 * What a killed run left unfinished is set aside and reported in `issues`.
 * @throws UsageError where there is no run, or a file is not what was recorded.
 */
export async function openRun(folder: string, options: OpenRunOptions = {}): Promise<RunReader> {
  const allowDamaged = options.allowDamaged ?? false;
  const log = await readAppendLog(join(folder, 'journal.jsonl'));
  const stored = await readManifest(folder);
  const manifest = stored?.manifest ?? null;
  const seal = stored === null ? [] : checkSeal({ ...stored, journal: log }, allowDamaged);
  const journal = journalEvents(log.lines);
  // A killed run has nothing else to tell its version.
  const created = journal.find(({ event }) => event === 'created');
  requireSchemaVersion(created?.schemaVersion, log.path);
  const id = manifest?.id ?? runIdOf(journal);
  if (id === null) {
    throw new UsageError('run-missing', `no run in ${folder}`, {
      hint: 'name a run folder, e.g. runs/ID; it holds a manifest.json or a journal.jsonl',
    });
  }
  const recorded = manifest === null ? journalFiles(journal) : manifest.files;
  const verified = await verifyFiles(folder, recorded, {
    killed: manifest === null,
    allowDamaged,
  });
  const strays = await strayFiles(folder, recorded);
  const stray = strays.find(isTable);
  if (manifest?.status === 'complete' && stray !== undefined && !allowDamaged) {
    throw new UsageError('run-damaged', `${basename(folder)}/${stray}: no file of this run`, {
      hint: 'restore the run folder as it was written: a complete run has the files that its manifest lists',
      context: { file: stray },
    });
  }
  const isUnfinished = manifest === null && journal.some(({ event }) => event === 'finished');
  const issues = [
    ...seal,
    ...(isUnfinished
      ? [`${join(folder, 'manifest.json')}: missing: the run is read as one that was killed`]
      : []),
    ...log.damaged.map((line) => line.message),
    ...verified.issues,
    ...strays.map(
      (path) => `${basename(folder)}/${path}: not recorded as finished: set aside, not read`,
    ),
  ];
  return new RunReader({
    id,
    folder: resolve(folder),
    manifest,
    journal,
    files: verified.files,
    issues,
    setAside: [...verified.damaged, ...strays],
    lost: verified.lost,
    corpus: manifest === null ? journalCorpus(journal) : (manifest.corpus?.snapshot ?? null),
    description: manifest ?? describedIn(journal, id),
  });
}

/** A manifest as it lies on disk. */
type StoredManifest = Omit<SealedRecord, 'journal'>;

async function readManifest(folder: string): Promise<StoredManifest | null> {
  const path = join(folder, 'manifest.json');
  try {
    const bytes = await readRegular(path);
    return { bytes, path, manifest: parseManifest(bytes.toString('utf8'), path) };
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return null;
    throw diskError('run-read', path, 'read', error);
  }
}

/** Whether a stray could be taken for something that was observed, and not for what a killed write left. */
function isTable(path: string): boolean {
  return /^(observations|vectors)\/.*\.(arrow|json)$/.test(path);
}

/** What a killed run noted of itself. */
function describedIn(journal: readonly JournalEvent[], id: string): RunDescription | null {
  const facts = journalDescription(journal);
  const created = journal.find(({ event }) => event === 'created');
  if (facts === null || created === undefined) return null;
  return { ...facts, id, createdAt: String(created.createdAt ?? created.at), status: 'killed' };
}

function runIdOf(journal: readonly JournalEvent[]): string | null {
  const created = journal.find(({ event }) => event === 'created');
  return typeof created?.id === 'string' ? created.id : null;
}

/** Files that nothing says were finished: temporary ones, and those whose journal line was never written. */
async function strayFiles(folder: string, recorded: readonly FileRecord[]): Promise<string[]> {
  const known = new Set(recorded.map(({ path }) => path));
  const strays: string[] = [];
  for (const part of ['observations', 'vectors', 'corpus']) {
    for (const path of (await filesIn(folder, part)).sort()) {
      if (!known.has(path)) strays.push(path);
    }
  }
  return strays;
}

/** Paths from the folder on of everything below one of its folders that is no folder itself. */
async function filesIn(folder: string, part: string): Promise<string[]> {
  try {
    const entries = await readdir(join(folder, part), { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => posixPath(relative(folder, join(parentPath, name))));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
