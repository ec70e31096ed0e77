import { dirname, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../../src/counted.ts';
import { lockOf, withFileLock } from '../../../src/disk/file-lock.ts';
import { makeFolder } from '../../../src/disk/make-folder.ts';
import { EXIT, type ExitCode, UsageError } from '../../../src/errors.ts';
import { blessed, notComparable, parseBlessed } from '../../../src/logs/baselines/blessed.ts';
import { evidenceOfManifest } from '../../../src/logs/evidence/run-evidence.ts';
import { brokenQueries } from '../../../src/parity/broken-queries.ts';
import { readOrNull } from '../../../src/record/files/read-or-null.ts';
import { writeWhole } from '../../../src/record/files/write-whole.ts';
import { openRun } from '../../../src/record/run/open-run.ts';
import { compareStoredRuns } from '../../../src/retrieve/compare-stored-runs.ts';
import { readStoredRun, type StoredRun } from '../../../src/retrieve/record/stored-run.ts';
import type { Io } from '../../io.ts';
import { RECORDS } from '../../records.ts';

interface BlessOptions {
  readonly blessed: string;
  readonly force?: boolean;
}

const FILE = `${RECORDS}/blessed.json`;
const LISTED = 20;

/** `bench baseline bless RUN`: names the run that later ones are held against. */
export function addBless(command: Command, io: Io, done: (code: ExitCode) => void): void {
  command
    .description('name the run that later ones are held against: bench compare blessed RUN')
    .argument('<run>', 'a run folder')
    .option('--blessed <file>', 'where it is written down', FILE)
    .option('--force', 'though it cannot be compared with the one before, or queries broke')
    .action(async (folder: string, options: BlessOptions) => {
      const file = resolve(io.cwd, options.blessed);
      const run = resolve(io.cwd, folder);
      const stored = await soundRun(run, folder);
      const before = await readOrNull(file);
      if (before !== null && options.force !== true) {
        const last = parseBlessed(before.toString('utf8'), options.blessed);
        const broken = await brokenSince(resolve(dirname(file), last.folder), run, stored);
        for (const line of broken.slice(0, LISTED)) io.stdout(`broke: ${line}\n`);
        if (broken.length > LISTED) io.stdout(`and ${broken.length - LISTED} more\n`);
        if (broken.length > 0) {
          io.stderr(
            `bench: ${counted(broken.length, 'query', 'queries')} broke outright since ${last.run}: not blessed\n`,
          );
          io.stderr('  hint: repair these queries, or bless the run as it is with --force\n');
          return done(EXIT.fail);
        }
      }
      const entry = blessed(
        stored.manifest.id,
        relative(dirname(file), run),
        new Date().toISOString(),
      );
      await makeFolder(dirname(file));
      await withFileLock(await lockOf(file), async () => {
        const now = await readOrNull(file);
        if (options.force !== true && !isSame(now, before)) throw blessedMeanwhile(options.blessed);
        await writeWhole(file, Buffer.from(`${JSON.stringify(entry, null, 2)}\n`));
      });
      io.stdout(`${options.blessed}: ${entry.run}\n`);
      done(EXIT.pass);
    });
}

function isSame(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

function blessedMeanwhile(file: string): UsageError {
  return new UsageError('bless-raced', `${file}: another process blessed a run meanwhile`, {
    hint: 'bless this one again: it is then held against that run',
  });
}

/**
 * The folder of a run, or that of the blessed one where it is called `blessed`.
 * @throws UsageError where none is blessed
 */
export async function runFolderOf(named: string, io: Io): Promise<string> {
  if (named !== 'blessed') return resolve(io.cwd, named);
  const file = resolve(io.cwd, FILE);
  const text = await readOrNull(file);
  if (text !== null)
    return resolve(dirname(file), parseBlessed(text.toString('utf8'), FILE).folder);
  throw new UsageError('blessed', `${FILE}: no run is blessed`, {
    hint: 'bench baseline bless RUN names one',
  });
}

/** @throws UsageError for a run that says nothing sound about a candidate. */
async function soundRun(run: string, named: string): Promise<StoredRun> {
  const stored = await readStoredRun(await openRun(run));
  const refuse = (why: string): never => {
    throw new UsageError('bless-run', `${named}: ${why}`, {
      hint: 'bless a complete run whose candidate does not fail',
    });
  };
  if (stored.manifest.status !== 'complete') return refuse('the run is not complete');
  const { verdict } = stored.verdict;
  if (verdict === 'fail' || verdict === 'environment unfit')
    return refuse(`its verdict is ${verdict}`);
  return stored;
}

/**
 * Queries whose neighbours the candidate found in the blessed run, and of which it finds none now.
 * @throws UsageError where the two runs cannot be compared.
 */
async function brokenSince(before: string, run: string, stored: StoredRun): Promise<string[]> {
  const last = await readStoredRun(await openRun(before));
  const why = notComparable(asked(last), asked(stored));
  if (why.length > 0) {
    throw new UsageError(
      'bless-comparable',
      `not comparable with the blessed run: ${why.join(', ')}`,
      {
        hint: 'bless it with --force: later runs are then held against this one',
      },
    );
  }
  const { comparison, k } = await compareStoredRuns(before, run);
  return brokenQueries(comparison.queries, k).map(
    ({ cell, queryId, text }) => `${cell} ${queryId}: ${text}`,
  );
}

function asked({ manifest, findings }: StoredRun) {
  return { ...evidenceOfManifest(manifest), k: findings.k };
}
