import { Command, CommanderError } from 'commander';
import { BenchError, EXIT, type ExitCode } from '../src/errors.ts';
import { ledgerInputsOfRun } from '../src/logs/evidence/ledger-inputs.ts';
import { figuresOfRun } from '../src/logs/evidence/run-figures.ts';
import { plainLine } from '../src/report/escape.ts';
import { allCommand } from './all.ts';
import { auditCommand } from './audit.ts';
import { baselineCommand } from './baseline.ts';
import { chatCommand } from './chat.ts';
import type { RegisterCommand } from './command.ts';
import { compareCommand } from './compare.ts';
import { configCommand } from './config.ts';
import { corpusCommand } from './corpus.ts';
import { currentEvidence } from './current-evidence.ts';
import { cutoverCommand } from './cutover.ts';
import { doctorCommand } from './doctor.ts';
import { driftCommand } from './drift.ts';
import { drillCommand } from './drill.ts';
import { embedCommand } from './embed.ts';
import { encoderCommand } from './encoder.ts';
import { documentsCommand } from './experiments/documents.ts';
import { explainCommand } from './explain.ts';
import { exportCommand } from './export.ts';
import { frontendCommand } from './frontend.ts';
import { gateCommand } from './gate.ts';
import { healthCommand } from './health.ts';
import type { Io } from './io.ts';
import { kernelsCommand } from './kernels.ts';
import { ledgerCommand } from './ledger.ts';
import { loadCommand } from './load.ts';
import { referenceCommand } from './reference.ts';
import { reportCommand } from './report.ts';
import { rescoreCommand } from './rescore.ts';
import { retrieveCommand } from './retrieve.ts';
import { searchCommand } from './search.ts';
import { serveCommand } from './serve.ts';
import { sqlCommand } from './sql.ts';
import { storageCommand } from './storage.ts';
import { truthCommand } from './truth.ts';

const commands: readonly RegisterCommand[] = [
  retrieveCommand,
  allCommand,
  embedCommand,
  searchCommand,
  sqlCommand,
  storageCommand,
  chatCommand,
  healthCommand,
  rescoreCommand,
  reportCommand,
  gateCommand,
  compareCommand,
  explainCommand,
  driftCommand,
  drillCommand,
  baselineCommand(figuresOfRun),
  ledgerCommand({ inputsOfRun: ledgerInputsOfRun, currentEvidence }),
  auditCommand,
  documentsCommand,
  loadCommand,
  kernelsCommand,
  serveCommand,
  frontendCommand,
  cutoverCommand,
  corpusCommand,
  truthCommand,
  referenceCommand,
  exportCommand,
  encoderCommand,
  configCommand,
  doctorCommand,
];

/** Runs one command line and gives its exit code; never throws, never touches the process. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.pass;
  const program = new Command('bench')
    .description('May retrieval traffic be flipped from this backend to that one?')
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({ writeOut: io.stdout, writeErr: () => {} });
  for (const register of commands) {
    register(program, io, (result) => {
      code = result;
    });
  }
  try {
    await program.parseAsync(withGateKeys(argv), { from: 'user' });
    return code;
  } catch (error) {
    return reportError(error, io);
  }
}

/** Margins may be given by their keys as they stand in the configuration: `--gates.recall.margin=0.01`. */
function withGateKeys(argv: readonly string[]): string[] {
  const translated: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const text = argv[at] ?? '';
    if (!text.startsWith('--gates.')) translated.push(text);
    else if (text.includes('=')) translated.push('--set', text.slice(2));
    else translated.push('--set', `${text.slice(2)}=${argv[++at] ?? ''}`);
  }
  return translated;
}

function reportError(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.pass;
    const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
    io.stderr(`bench: ${what}\n`);
    io.stderr(`  hint: ${suggestion?.replace(/^\(|\)$/g, '') || 'see bench --help'}\n`);
    return EXIT.usage;
  }
  if (error instanceof BenchError) {
    io.stderr(`bench: ${error.message}\n`);
    if (error.hint !== null) io.stderr(`  hint: ${error.hint}\n`);
    return error.exitCode;
  }
  io.stderr(
    `bench: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.infrastructure;
}

/** Connects `main` to this process: argv, streams, Ctrl-C and the exit code. */
export async function runInProcess(): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A reader such as `head` may close its end early: that is no error of this command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.exitCode = await main(process.argv.slice(2), {
    stdout: (text) => void process.stdout.write(text),
    // Messages name what backends and files say: a terminal shall show it, and not obey it.
    stderr: (text) => void process.stderr.write(text.split('\n').map(plainLine).join('\n')),
    draw: (text) => void process.stderr.write(text),
    ...(process.stdout.isTTY ? { columns: process.stdout.columns } : {}),
    env: process.env,
    cwd: process.cwd(),
    isTerminal: process.stderr.isTTY === true,
    signal: interrupt.signal,
  });
  process.off('SIGINT', onSignal);
  process.off('SIGTERM', onSignal);
}
