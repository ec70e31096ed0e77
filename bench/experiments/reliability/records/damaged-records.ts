import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { packageRoot } from '../../../../src/config/package-root.ts';
import { isDerived } from '../../../../src/record/files/verify-files.ts';
import { randomStream } from '../../../../src/stats/random.ts';
import { main } from '../../../cli.ts';
import { type Experiment, tryEach } from '../experiment.ts';
import { filesBelow } from '../inputs.ts';
import { mutated } from './mutate.ts';

/** A small stored run whose candidate lacks documents, and the same of a sound pair. */
const RUNS = join(packageRoot(), 'test', 'golden', 'runs');
/** No command over so small a run takes longer, on a machine that does other things too. */
const LONGEST_MS = 60_000;

/** What a command said. */
interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Damages one file of a stored run, and asks every command that reads runs about it. */
export const damagedRecords: Experiment = {
  name: 'damaged-records',
  tries:
    'One file of a finished run is cut, emptied, removed, or has bits, letters, lines or parts changed; then rescore, gate, compare, explain, report and export read it. Each names the file, and refuses or sets it aside; none crashes, shows a stack or gives another answer without a word.',
  count: { full: 1000, short: 100 },
  run: async (options) => {
    const run = join(options.folder, 'run');
    await cp(join(RUNS, 'drop'), run, { recursive: true });
    await cp(join(RUNS, 'pass'), join(options.folder, 'other'), { recursive: true });
    const commands = commandsOver(options.folder);
    const sound = await sayAll(commands, options.folder);
    const refused = commands.find((_, at) => [2, 4].includes(sound[at]?.code ?? 4));
    if (refused !== undefined) throw new Error(`${refused.join(' ')}: not sound from the start`);
    const files = await filesBelow(run);
    const [derived = [], observed = []] = [true, false].map((is) =>
      files.filter((path) => isDerived(relative(run, path)) === is),
    );
    return await tryEach(options, async (seed) => {
      const random = randomStream(seed, 'damaged record');
      // Every kind of file alike, however many there are of it; what is made again by itself, at some cost, is rarer.
      const kinds = Map.groupBy(random.chance(0.1) ? derived : observed, kindOf);
      const path = random.pick(random.pick([...kinds.values()]));
      const bytes = await readFile(path);
      const { what, bytes: changed } = mutated(bytes, random);
      if (changed?.equals(bytes) === true) return null;
      if (changed === null) await rm(path);
      else await writeFile(path, changed);
      try {
        const said = await sayAll(commands, options.folder);
        const problem = commands.flatMap((argv, at) =>
          problemOf(said[at], sound[at], basename(path)).map((why) => `${argv[0]}: ${why}`),
        )[0];
        return problem === undefined ? null : `${relative(run, path)} ${what}: ${problem}`;
      } finally {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, bytes);
      }
    });
  },
};

function commandsOver(folder: string): string[][] {
  return [
    ['rescore', 'run'],
    ['gate', 'run'],
    ['gate', 'run', '--gates.recall.margin=0.4'],
    ['compare', 'other', 'run', '-o', 'markdown'],
    ['explain', 'run', '-o', 'markdown'],
    ['report', 'run', '-o', 'markdown'],
    ['export', '--trec', 'run', '--out', join(folder, 'trec')],
  ];
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
function kindOf(path: string): string {
  const folder = basename(dirname(path));
  return folder === 'run' ? basename(path) : folder;
}
