import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isDerived } from '../../../../src/record/files/verify-files.ts';
import { type Random, randomStream } from '../../../../src/stats/random.ts';
import { main } from '../../../cli.ts';
import { type Experiment, NOT_TRIED, type Outcome, tryEach } from '../experiment.ts';
import { filesBelow } from '../inputs.ts';
import { LOG_RECORDS } from './logs.ts';
import { mutated } from './mutate.ts';
import type { DamagedRecord } from './record.ts';
import { RUN_RECORDS, retrieveRecord } from './runs.ts';

const OTHERS: readonly DamagedRecord[] = [...RUN_RECORDS, ...LOG_RECORDS];
/** No command over so small a run takes longer, on a machine that does other things too. */
const LONGEST_MS = 60_000;

/** What a command said. */
interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A record as it is before it is damaged. */
interface SoundRecord {
  readonly record: DamagedRecord;
  readonly path: string;
  readonly files: readonly string[];
  readonly said: readonly Said[];
}

/** Damages one file of a record, and asks every command that reads it. */
export const damagedRecords: Experiment = {
  name: 'damaged-records',
  tries:
    'One file of a finished run (of retrieve with one candidate or several, load, sweep, probes, drift, cutover, capture, replay, a captured baseline or shadow), or a log (ledger, baselines, drill) is cut, emptied, removed, or has bits, letters, lines or parts changed; then every command that reads it does: rescore, gate, compare, explain, report and export of runs. Each names the file, and refuses or sets it aside; none crashes, shows a stack or gives another answer without a word.',
  count: { full: 1000, short: 60 },
  // Each process makes every record for itself.
  perProcess: 500,
  run: async (options) => {
    const sound = new Map<string, SoundRecord>();
    return await tryEach(options, async (seed) => {
      const random = randomStream(seed, 'damaged record');
      // Half of the tries are of the main job's runs, and the others of each record in turn.
      const record =
        seed % 2 === 1 ? retrieveRecord : (OTHERS[(seed >> 1) % OTHERS.length] ?? retrieveRecord);
      const known = sound.get(record.name) ?? (await soundRecord(record, options.folder));
      sound.set(record.name, known);
      return await damaged(known, random);
    });
  },
};

async function soundRecord(record: DamagedRecord, folder: string): Promise<SoundRecord> {
  const path = join(folder, record.name, record.name);
  await mkdir(dirname(path), { recursive: true });
  await record.make(path);
  const isFolder = (await stat(path)).isDirectory();
  const said = await sayAll(record.commands, dirname(path));
  const refused = said.findIndex(({ code }) => code === 2 || code === 4);
  if (refused >= 0) {
    const { code, err } = said[refused] ?? {};
    const command = record.commands[refused]?.join(' ');
    throw new Error(`${command}: not sound from the start: ${code}: ${err}`);
  }
  return { record, path, files: isFolder ? await filesBelow(path) : [path], said };
}

async function damaged(sound: SoundRecord, random: Random): Promise<Outcome> {
  const { record, path: root, said: before } = sound;
  const path = pickFile(sound, random);
  const bytes = await readFile(path);
  const { what, bytes: changed } = mutated(bytes, random);
  if (changed?.equals(bytes) === true) return NOT_TRIED;
  if (changed !== null && record.isLog && isFormer(bytes, changed)) return NOT_TRIED;
  if (changed === null) await rm(path);
  else await writeFile(path, changed);
  try {
    const said = await sayAll(record.commands, dirname(root));
    const problem = record.commands.flatMap((argv, at) =>
      problemOf(said[at], before[at], basename(path)).map(
        (why) => `${argv.slice(0, 2).join(' ')}: ${why}`,
      ),
    )[0];
    return problem === undefined ? null : `${relative(dirname(root), path)} ${what}: ${problem}`;
  } finally {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
}

/** Every kind of file alike, however many there are of it; what is made again by itself, at some cost, is rarer. */
function pickFile({ path: root, files }: SoundRecord, random: Random): string {
  const [derived = [], observed = []] = [true, false].map((is) =>
    files.filter((path) => isDerived(relative(root, path)) === is),
  );
  const chosen = random.chance(0.1) && derived.length > 0 ? derived : observed;
  const kinds = Map.groupBy(chosen, (path) => kindOf(path, root));
  return random.pick(random.pick([...kinds.values()]));
}

/** Whether a log is as it once was: whole lines from its beginning on. */
function isFormer(bytes: Buffer, changed: Buffer): boolean {
  const [whole, left] = [bytes, changed].map((log) => log.toString('latin1').trimEnd().split('\n'));
  if (changed.length === 0) return true;
  return left?.every((line, at) => line === whole?.[at]) === true;
}

async function sayAll(commands: readonly (readonly string[])[], cwd: string): Promise<Said[]> {
  const said: Said[] = [];
  for (const argv of commands) said.push(await say(argv, cwd));
  return said;
}

/** Runs one command line in this process. */
async function say(argv: readonly string[], cwd: string): Promise<Said> {
  const [out, err]: string[][] = [[], []];
  const code = await main(argv, {
    stdout: (text) => void out?.push(text),
    stderr: (text) => void err?.push(text),
    env: {},
    cwd,
    isTerminal: false,
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  return { code, out: (out ?? []).join(''), err: (err ?? []).join('') };
}

/** What is wrong with an answer about a damaged file; empty where nothing is. */
function problemOf(said: Said | undefined, sound: Said | undefined, name: string): string[] {
  if (said === undefined || sound === undefined) return ['no answer'];
  const { code, out, err } = said;
  const is = (wrong: boolean, why: string): string[] => (wrong ? [why] : []);
  const isOther = out !== sound.out || (code !== sound.code && code !== 2 && code !== 4);
  return [
    ...is(/\n {4}at /.test(`${out}${err}`), 'a stack'),
    ...is(err.includes('unexpected'), `unexpected: ${err.trim()}`),
    ...is(!err.includes(name), isOther ? 'another answer without a word' : 'not a word'),
    ...is((code === 2 || code === 4) && out !== '', 'refused with an answer'),
  ];
}

/** Manifest, journal and the like by name; observations, vectors and the corpus by folder. */
function kindOf(path: string, root: string): string {
  const folder = dirname(path);
  return folder === root ? basename(path) : basename(folder);
}
