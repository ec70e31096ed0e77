import { UsageError } from '../../errors.ts';
import { type AppendLog, serializeAppendLog } from '../append-log.ts';
import { hashConfig } from '../config-hash.ts';
import { isDerived } from '../files/verify-files.ts';
import { sha256Hex } from '../files/write-whole.ts';
import { journalDescription, journalEvents, journalFiles } from './journal.ts';
import type { RunManifest } from './manifest.ts';

/** Digest of a journal's lines up to the one that says that the run is finished. */
export interface JournalSeal {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The seal of a journal as it is before its last line. */
export function journalSeal(bytes: Uint8Array): JournalSeal {
  return { sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
}

/** A manifest with its journal, as they lie on disk. */
export interface SealedRecord {
  readonly manifest: RunManifest;
  /** The bytes of `manifest.json`. */
  readonly bytes: Uint8Array;
  /** Path of the manifest, for messages. */
  readonly path: string;
  readonly journal: AppendLog;
}

/**
 * Checks that manifest and journal are those that were written: each holds the digest of the other. A run of an
 * earlier version has no such seal: its manifest is held against the configuration and the files that the journal says.
 * @returns what its reader should know, a sentence each; empty for a sound run
 * @throws UsageError naming the file that is not as it was written. A journal alone may be damaged where `allowDamaged`.
 */
export function checkSeal(record: SealedRecord, allowDamaged: boolean): string[] {
  const { manifest, bytes, path, journal } = record;
  const events = journalEvents(journal.lines);
  const sealed = events.findLast(({ event }) => event === 'finished')?.manifest;
  const seal = manifest.journal;
  if (seal === undefined && sealed === undefined) return checkUnsealed(record);
  const isManifest = sealed === sha256Hex(bytes);
  const isJournal = seal !== undefined && isSealed(journal, seal);
  if (isManifest && isJournal) return [];
  if (seal === undefined || (isJournal && sealed !== undefined)) {
    throw damaged(path, 'it is not the manifest that journal.jsonl says was written');
  }
  const what =
    journal.lines.length === 0
      ? 'the file is missing'
      : isJournal
        ? 'its last line, which says that the run is finished, is missing or damaged'
        : 'its lines are not those that manifest.json was written after';
  // With a journal that does not vouch for it, the manifest is vouched for by nothing.
  if (!(isManifest && allowDamaged)) throw damaged(journal.path, what);
  return [`${journal.path}: ${what}: no figure rests on it`];
}

/** Whether a journal begins with the lines of a seal, and has one line more. */
function isSealed(journal: AppendLog, { sizeBytes, sha256 }: JournalSeal): boolean {
  const bytes = serializeAppendLog(journal);
  const rest = bytes.subarray(sizeBytes);
  return (
    sha256Hex(bytes.subarray(0, sizeBytes)) === sha256 &&
    rest.indexOf('\n') === rest.length - 1 &&
    bytes.length >= sizeBytes
  );
}

function checkUnsealed({ manifest, path, journal }: SealedRecord): string[] {
  const unsealed = `${path}: made by an earlier version, without a digest of itself`;
  if (journal.lines.length === 0) return [`${unsealed}; there is no journal to check it by`];
  const events = journalEvents(journal.lines);
  const described = journalDescription(events);
  if (described !== null && hashConfig(described.config) !== hashConfig(manifest.config)) {
    throw damaged(path, 'its configuration is not the one that the journal says');
  }
  const listed = new Map(journalFiles(events).map((file) => [file.path, file.sha256]));
  const observed = manifest.files.filter((file) => !isDerived(file.path));
  const other = observed.find((file) => listed.get(file.path) !== file.sha256);
  const known = new Set(manifest.files.map((file) => file.path));
  const missing = [...listed.keys()].find((name) => !known.has(name));
  const name = other?.path ?? missing;
  if (name !== undefined) {
    throw damaged(path, `it does not say of ${name} what the journal says`);
  }
  return [`${unsealed}; its configuration and files are those that the journal says`];
}

function damaged(path: string, what: string): UsageError {
  return new UsageError('run-damaged', `${path}: ${what}`, {
    hint: 'restore the run folder as it was written; no figure is derived from a changed record',
    context: { file: path },
  });
}
