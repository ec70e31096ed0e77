import '../src/onnx/no-telemetry.ts';

import { Command, CommanderError } from 'commander';
import { packageVersion } from '../src/config/package-root.ts';
import { unexpectedText } from '../src/crash.ts';
import { systemError } from '../src/disk/disk-error.ts';
import { BenchError, EXIT, type ExitCode } from '../src/errors.ts';
import { shownUrl } from '../src/secrets/urls.ts';
import { COMMANDS } from './commands.ts';
import { discreet } from './discreet.ts';
import { addExamples } from './examples.ts';
import { flagText } from './help-list.ts';
import type { Io } from './io.ts';
import { asked } from './printing/asked.ts';
import { interruptible, leaveOn } from './printing/leave.ts';
import { watchStreams, workingFolder } from './printing/streams.ts';
import { wrappedWords } from './printing/wrapped-lines.ts';
import { programOf, widthOf } from './screen-options.ts';

/** Runs one command line and gives its exit code; never throws, never touches the process. */
export async function main(argv: readonly string[], given: Io): Promise<ExitCode> {
  const io = discreet(argv, given);
  let code: ExitCode = EXIT.pass;
  // Help that a command line without a command ends with: commander takes it for an error message.
  let help = '';
  const program = new Command('bench')
    .description('May retrieval traffic move from this backend to that one?')
    .version(packageVersion(), '-v, --version', 'print the version')
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ optionDescription: flagText })
    .configureOutput({
      writeOut: io.stdout,
      writeErr: (text) => {
        help = text;
      },
    });
  try {
    await addCommands(program, argv, io, (result) => {
      code = result;
    });
    await program.parseAsync(withGateKeys(argv), { from: 'user' });
    return code;
  } catch (error) {
    if (isInterrupt(error, io.signal)) return EXIT.interrupted;
    if (!(error instanceof CommanderError)) return reportError(error, io);
    if (error.code === 'commander.help') io.stdout(help);
    else if (error.exitCode !== 0) reportUsage(error, pathOf(program, argv), io);
    return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  }
}

/** Whether an error only says that the command was interrupted before there was anything to end in order. */
function isInterrupt(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  // A request without whose answer the command cannot go on, and that was given up.
  if (error instanceof BenchError) return error.context.outcome === 'aborted';
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

/** Adds every command by name, and loads the one that the command line names. */
async function addCommands(
  program: Command,
  argv: readonly string[],
  io: Io,
  done: (code: ExitCode) => void,
): Promise<void> {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  const wanted = first === 'help' ? second : first;
  for (const { heading, commands } of COMMANDS) {
    program.commandsGroup(heading);
    for (const { name, summary, isHidden = false, load } of commands) {
      const command = program.command(name, { hidden: isHidden }).description(summary);
      if (name !== wanted) continue;
      (await load())(command, io, done);
      addExamples(command, name, programOf(io));
    }
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

/** The command that a command line names, e.g. `bench corpus import`. */
function pathOf(program: Command, argv: readonly string[]): string {
  const names = ['bench'];
  let at = program;
  for (const word of argv) {
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) break;
    names.push(word);
    at = next;
  }
  return names.join(' ');
}

function reportUsage(error: CommanderError, path: string, io: Io): void {
  const [what = '', suggested = ''] = error.message
    .replace(/^error: /, '')
    // What a flag takes, behind the sentence of commander that it is not that.
    .replace(/(is invalid)\. (?=\p{Ll})/u, '$1: ')
    .split('\n');
  const suggestion = suggested.replace(/^\(|\)$/g, '');
  io.stderr(`bench: ${withoutValue(what)}\n`);
  io.stderr(
    `  hint: ${suggestion.charAt(0).toLowerCase()}${suggestion.slice(1) || `see ${path} --help`}\n`,
  );
}

function reportError(error: unknown, io: Io): ExitCode {
  if (error instanceof BenchError) {
    io.stderr(`bench: ${error.message}\n`);
    if (error.hint !== null) io.stderr(`  hint: ${error.hint}\n`);
    return error.exitCode;
  }
  const refused = systemError(error);
  if (refused !== null) return reportError(refused, io);
  // A trace, where one is wanted, has a line each for its calls.
  for (const line of `bench: ${unexpectedText(error, io.env)}`.split('\n')) io.stderr(`${line}\n`);
  return EXIT.infrastructure;
}

/** What commander says of a flag that is not known or not wanted, without what was given for it. */
function withoutValue(message: string): string {
  return message.replace(/'([^']*)'/g, (_, given: string) => {
    const name = /^--?[\w.-]+(?==)/.exec(given)?.[0];
    return `'${name ?? shownUrl(given)}'`;
  });
}

/** Connects `main` to this process: argv, streams, Ctrl-C and the exit code. */
export async function runInProcess(): Promise<void> {
  const signal = interruptible();
  const streams = watchStreams('bench', signal);
  const atTerminal = {
    ...{ input: process.stdin, output: process.stderr, signal },
    interrupt: () => void process.kill(process.pid, 'SIGINT'),
  };
  const stderrColumns = () =>
    process.stderr.isTTY ? widthOf(process.stderr.columns, process.env) : undefined;
  const code = await main(process.argv.slice(2), {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(wrappedWords(text, stderrColumns())),
    draw: (text) => void process.stderr.write(text),
    ...(process.stdout.isTTY ? { columns: widthOf(process.stdout.columns, process.env) } : {}),
    progressColumns: () => widthOf(process.stderr.columns, process.env),
    ...(process.stdin.isTTY && process.stderr.isTTY
      ? { ask: (question: string) => asked(question, atTerminal) }
      : {}),
    env: process.env,
    cwd: workingFolder('bench'),
    isTerminal: process.stderr.isTTY === true,
    signal,
    endsAtOnce: () => leaveOn(signal),
  });
  process.exitCode = streams.codeOf(code);
  streams.ended();
}
