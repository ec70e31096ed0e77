import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { packageRoot } from '../../src/config/package-root.ts';
import { CUTOVER_DEFAULTS, cutover, type OpenFrontend } from '../../src/cutover/job/cutover.ts';
import { cutoverFiles } from '../../src/cutover/job/rescore-cutover.ts';
import { startEmbeddedFrontend } from '../../src/demo/cutover/embedded.ts';
import type { ExitCode } from '../../src/errors.ts';
import type { DefineCommand } from '../command.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { sayInterrupted, sayRun } from '../printing/say-run.ts';
import { screenOf } from '../printing/screen-of.ts';
import { RECORDS } from '../records.ts';
import { terminalProgress } from '../terminal-progress.ts';

interface CutoverFlags extends OutputFlags {
  readonly frontend?: string;
  readonly incumbentUrl?: string;
  readonly candidateUrl?: string;
  readonly setting: string;
  readonly index: string;
  readonly allowWrites?: boolean;
  readonly margin: number;
  readonly gateP95?: boolean;
  readonly blocks: number;
  readonly requests: number;
  readonly corpus?: string;
  readonly encoder?: string;
  readonly ledger: string;
  readonly runs: string;
}

/** `bench cutover`: proves by requests that the cutover frontend is additive, unchanged, reversible, isolated, confined and separate. */
export const cutoverCommand: DefineCommand = (command, io, done) => {
  addCutoverOptions(command).action(async (flags: CutoverFlags) => done(await run(flags, io)));
};

/** The same by its former name, `bench slice`. */
export const formerCutoverCommand: DefineCommand = (command, io, done) => {
  addCutoverOptions(command).action(async (flags: CutoverFlags) => {
    io.stderr('bench: bench slice is now bench cutover; the old name will go\n');
    done(await run(flags, io));
  });
};

function addCutoverOptions(command: Command): Command {
  const { index, margin, blockPairs, requestsPerBlock, runs } = CUTOVER_DEFAULTS;
  return addOutputOptions(command)
    .option('--frontend <url>', 'probe a running frontend (default: start the embedded one)')
    .option('--incumbent-url <url>', 'its incumbent, to compare with (RUST_LAKEHOUSE_URL)')
    .option('--candidate-url <url>', 'its candidate, to compare with (GO_LAKEHOUSE_URL)')
    .option('--setting <name>', 'what opens the cutover of a running frontend', SETTING)
    .option('--index <name>', 'an index that both sides have', index)
    .option('--allow-writes', 'write an index, a key and a row through a running frontend')
    .option('--margin <share>', 'by how much the p95 of the incumbent may rise', share, margin)
    .option('--gate-p95', 'let the p95 decide (default: advisory)')
    .option('--blocks <n>', 'block pairs of the p95', count, blockPairs)
    .option('--requests <n>', 'requests a block', count, requestsPerBlock)
    .option('--corpus <folder>', 'corpus of the embedded pair (default: the 200 workers)')
    .option('--encoder <folder>', 'model of the embedded pair (default: the shipped one)')
    .option('--ledger <file>', 'where the embedded frontend looks verdicts up', LEDGER)
    .option('--runs <folder>', 'where the run folder is written', runs);
}

const SETTING = 'GO_LAKEHOUSE_URL';
const LEDGER = `${RECORDS}/ledger.jsonl`;

async function run(flags: CutoverFlags, io: Io): Promise<ExitCode> {
  const isEmbedded = flags.frontend === undefined;
  const config = {
    index: flags.index,
    mayWrite: isEmbedded || flags.allowWrites === true,
    margin: flags.margin,
    gatesP95: flags.gateP95 === true,
    blockPairs: flags.blocks,
    requestsPerBlock: flags.requests,
    runs: resolve(io.cwd, flags.runs),
  };
  const result = await cutover(config, {
    openFrontend: () => (isEmbedded ? startEmbedded(flags, io) : running(flags, io)),
    signal: io.signal,
    progress: terminalProgress(io),
  });
  if (result.verdict === null) {
    if (result.runFolder !== null) sayInterrupted(result.runFolder, io);
    return result.exitCode;
  }
  const { report, runFolder } = result;
  const { findings, verdict } = cutoverFiles(result);
  const figures = () => ({ run: runFolder, verdict, findings });
  const printed = {
    screen: screenOf(report, runFolder, io),
    report,
    figures,
  };
  await printReport(printed, flags, io);
  sayRun({ runFolder }, flags, io);
  return result.exitCode;
}

async function startEmbedded(flags: CutoverFlags, io: Io): Promise<OpenFrontend> {
  const folder = (given: string | undefined, shipped: string) =>
    given === undefined ? join(packageRoot(), 'corpora', shipped) : resolve(io.cwd, given);
  io.stderr('bench: starting two gateways and the frontend …\n');
  return startEmbeddedFrontend({
    corpusFolder: folder(flags.corpus, 'workers-200'),
    encoderFolder: folder(flags.encoder, 'encoder'),
    ledger: resolve(io.cwd, flags.ledger),
    signal: io.signal,
  });
}

async function running(flags: CutoverFlags, io: Io): Promise<OpenFrontend> {
  const base = (url: string | undefined) =>
    url === undefined || url === '' ? null : url.replace(/\/+$/, '');
  return {
    subject: {
      frontend: 'running',
      frontendUrl: base(flags.frontend) ?? '',
      incumbentUrl: base(flags.incumbentUrl ?? io.env.RUST_LAKEHOUSE_URL),
      candidateUrl: base(flags.candidateUrl ?? io.env.GO_LAKEHOUSE_URL),
      setting: flags.setting,
      setOpen: null,
      setCandidate: null,
      route: null,
    },
    stop: async () => {},
  };
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10)) throw new InvalidArgumentError('expected a share such as 0.1');
  return value;
}

function count(text: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}
