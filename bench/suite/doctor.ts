import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { counted } from '../../src/counted.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { BenchError, EXIT } from '../../src/errors.ts';
import { createGraph } from '../../src/hnswlib/hnswlib.ts';
import { plainLine } from '../../src/plain-text.ts';
import { type Grade, gradeFacts, worstGrade } from '../../src/record/machine/grade.ts';
import { describeMachine, libraryVersions } from '../../src/record/machine/machine.ts';
import { measuredMachineFacts } from '../../src/record/machine/measure-machine.ts';
import type { Machine } from '../../src/record/run/manifest.ts';
import { key, left, paragraph, reportOf, row, section, table } from '../../src/report/blocks.ts';
import type { ReportDocument, Tone } from '../../src/report/model.ts';
import { prose, sentence, state } from '../../src/report/spans.ts';
import { hnswlibBuild, type NativeBuild } from '../../src/truth/reference/native-build.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, isInLines, type OutputFlags, printReport } from '../output.ts';
import { wrappedLine } from '../printing/wrapped-lines.ts';

interface Check {
  readonly name: string;
  /** `good`, `fair`, `poor` of the machine; `ok` or `broken` of the installation. */
  readonly state: Grade | 'ok' | 'broken';
  readonly value: string;
}

/** `bench doctor`: whether this installation can do its work, and how far timings of this machine can be trusted. */
export const doctorCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(command).action(async (flags: OutputFlags) => {
    const found = await examined();
    if (isInLines(flags)) printLines(found, io);
    else {
      await printReport(
        { screen: null, report: reportFor(found), figures: () => found },
        flags,
        io,
      );
    }
    const isSound = found.checks.every(({ state }) => state !== 'broken');
    done(isSound ? EXIT.pass : EXIT.infrastructure);
  });
};

/** All that was looked at. */
interface Examined {
  readonly machine: Machine;
  readonly node: string;
  readonly grade: Grade;
  readonly checks: readonly Check[];
}

async function examined(): Promise<Examined> {
  const facts = gradeFacts(await measuredMachineFacts());
  const checks: Check[] = [
    ...facts.map(({ name, value, grade: state, because }) => ({
      name,
      state,
      value: because === '' ? value : `${value}: ${because}`,
    })),
    ...(await installation()),
  ];
  const node = process.versions.node;
  return { machine: describeMachine(), node, grade: worstGrade(facts), checks };
}

function printLines({ machine, node, grade, checks }: Examined, io: Io): void {
  const tell = (state: string, text: string) =>
    io.stdout(wrappedLine(`${state.padEnd(9)} ${plainLine(text)}`, 10, io));
  tell('grade', gradeText(grade));
  tell('machine', machineText(machine));
  tell('node', node);
  for (const { name, state, value } of checks) tell(state, `${name}: ${value}`);
}

const TONES: Readonly<Record<Check['state'], Tone>> = {
  good: 'good',
  ok: 'good',
  fair: 'unsure',
  poor: 'bad',
  broken: 'bad',
};

function reportFor({ machine, node, grade, checks }: Examined): ReportDocument {
  return reportOf(
    [
      section('checks', 'Checks', [
        paragraph(prose`${machineText(machine)}, Node ${node}`),
        table(
          [key(left('check')), left('state'), left('found')],
          checks.map(({ name, state: is, value }) =>
            row([name], [name, state(is, TONES[is]), sentence(value)], { kind: 'check' }),
          ),
        ),
      ]),
    ],
    {
      title: 'This machine and this installation',
      verdict: { state: grade, tone: TONES[grade], sentence: gradeText(grade) },
    },
  );
}

function machineText({ cpuModel, cores, memoryGb, platform }: Machine): string {
  return `${cpuModel}, ${counted(cores, 'core')}, ${memoryGb} GiB, ${platform}`;
}

function gradeText(grade: Grade): string {
  return `${grade} for timings; answers and their quality do not depend on it`;
}

async function installation(): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      checks.push({ name, state: 'ok', value: await check() });
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      const todo = error instanceof BenchError && error.hint !== undefined ? `; ${error.hint}` : '';
      checks.push({ name, state: 'broken', value: `${reason ?? ''}${todo}` });
    }
  }
  return checks;
}

const CHECKS: Readonly<Record<string, () => Promise<string>>> = {
  'hnswlib-node': async () => {
    const index = createGraph('ip', 2);
    index.initIndex(1);
    index.addPoint([1, 0], 0);
    if (index.searchKnn([1, 0], 1).neighbors[0] !== 0) throw new Error('finds nothing');
    return buildSentence(await hnswlibBuild());
  },
  'onnxruntime-node': async () => versionOf('onnxruntime-node'),
  encoder: async () => {
    const folder = join(packageRoot(), 'corpora', 'encoder');
    const encoder = await loadEncoder(folder);
    try {
      const [vector] = await encoder.embed(['doctor'], 'query');
      if (vector === undefined || !vector.every(Number.isFinite)) throw new Error('no vector');
      return `${encoder.name}, ${encoder.dimension} dimensions, at most ${encoder.maxTokens} tokens`;
    } finally {
      await encoder.close();
    }
  },
  corpus: async () => {
    const corpus = await loadCorpus(join(packageRoot(), 'corpora', 'workers-200'));
    return `${corpus.name}, ${counted(corpus.queries.length, 'query', 'queries')}, hashes as in its manifest`;
  },
  'working directory': async () => {
    await access(process.cwd());
    return 'readable';
  },
};

/** Which build of hnswlib-node is in use, and how to get a faster one. */
function buildSentence({ version, kind, flags }: NativeBuild): string {
  const faster = 'CXXFLAGS="-O3 -march=native" npm rebuild hnswlib-node';
  const told = flags.join(' ');
  if (kind === 'native') return `${version}, native build (${told})`;
  if (kind === 'unknown')
    return `${version}, unknown build: it left no record; for speed: ${faster}`;
  return `${version}, ${kind} build (${told}); for speed: ${faster}`;
}

async function versionOf(name: string): Promise<string> {
  return (await libraryVersions([name]))[name] ?? 'unknown version';
}
