import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { diskError } from '../../disk/disk-error.ts';
import { isErrno } from '../../disk/errno.ts';
import { UsageError } from '../../errors.ts';
import type { FileRecord } from '../run/manifest.ts';
import { hashFile } from './corpus-snapshot.ts';

/** The files of a run that are what was recorded, and what was found about the others. */
export interface VerifiedFiles {
  /** By path; files that are damaged are left out. */
  readonly files: ReadonlyMap<string, FileRecord>;
  readonly issues: readonly string[];
  /** Paths of damaged files that are on disk. */
  readonly damaged: readonly string[];
  /** Paths of observed files that were recorded and are not read: damaged or missing. */
  readonly lost: readonly string[];
}

/** How a run ended, and whether damage is refused or reported. */
export interface VerifyOptions {
  /** No manifest: the run was killed, so a short or missing file is a torn tail and no tampering. */
  readonly killed: boolean;
  readonly allowDamaged: boolean;
}

/**
 * Compares every recorded file with the one on disk.
 * What was planned and observed must be intact; derived files are only reported, since they can be made again.
 * @throws UsageError that names the first file that was changed.
 */
export async function verifyFiles(
  folder: string,
  recorded: readonly FileRecord[],
  options: VerifyOptions,
): Promise<VerifiedFiles> {
  const files = new Map<string, FileRecord>();
  const issues: string[] = [];
  const damaged: string[] = [];
  const lost: string[] = [];
  for (const [path, records] of groupByPath(recorded)) {
    const shown = `${basename(folder)}/${path}`;
    if (!isInside(path)) {
      throw new UsageError('run-path', `${shown}: leaves the run folder`, {
        hint: 'the record was not written by this suite',
      });
    }
    const found = await compare(join(folder, path), records);
    if (found.intact !== null) {
      files.set(path, found.intact);
      if (records.length > 1 && !isDerived(path)) {
        issues.push(`${shown}: recorded ${records.length} times: counted once`);
      }
      continue;
    }
    const torn = options.killed && found.damage !== 'changed';
    if (!isDerived(path) && !torn && !options.allowDamaged) {
      throw new UsageError('run-damaged', `${shown}: ${SENTENCE[found.damage]}`, {
        hint: 'restore the run folder as it was written; no figure is derived from changed observations',
        context: { file: path },
      });
    }
    issues.push(`${shown}: ${SENTENCE[found.damage]}: set aside, not read`);
    if (found.damage !== 'missing') damaged.push(path);
    if (!isDerived(path)) lost.push(path);
  }
  return { files, issues, damaged, lost };
}

type Damage = 'missing' | 'short' | 'changed';

const SENTENCE: Readonly<Record<Damage, string>> = {
  missing: 'the file is missing',
  short: 'the file is shorter than was recorded',
  changed: 'the sha256 is not the recorded one',
};

async function compare(
  path: string,
  records: readonly FileRecord[],
): Promise<{ intact: FileRecord } | { intact: null; damage: Damage }> {
  let size: number;
  try {
    const found = await stat(path);
    if (!found.isFile()) return { intact: null, damage: 'changed' };
    size = found.size;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) {
      return { intact: null, damage: 'missing' };
    }
    throw diskError('run-read', path, 'read', error);
  }
  const sameSize = records.filter(({ sizeBytes }) => sizeBytes === size);
  if (sameSize.length > 0) {
    const sha256 = await hashFile(path).catch((error: unknown) => {
      throw diskError('run-read', path, 'read', error);
    });
    const intact = sameSize.find((record) => record.sha256 === sha256);
    if (intact !== undefined) return { intact };
  }
  const isShort = records.every(({ sizeBytes }) => size < sizeBytes);
  return { intact: null, damage: isShort ? 'short' : 'changed' };
}

function groupByPath(recorded: readonly FileRecord[]): Map<string, FileRecord[]> {
  return Map.groupBy(recorded, ({ path }) => path);
}

function isInside(path: string): boolean {
  return !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..');
}

/** Whether a file holds what was derived from the others, and can be made again. */
export function isDerived(path: string): boolean {
  return /^((findings|verdict)\.json|report\.(md|html)|queries\.parquet|[^/]*\.svg)$/.test(path);
}
