import { Command } from 'commander';
import type { DefineCommand } from '../../bench/command.ts';
import type { Io } from '../../bench/io.ts';
import { BenchError } from '../../src/errors.ts';
import { bufferIo } from './buffer-io.ts';

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** −1 where it ended without one. */
  readonly code: number;
  /** What it threw, if that was an error of the suite. */
  readonly error: BenchError | null;
}

/** Runs one command by itself; `argv` begins with its name. */
export async function runCommand(
  define: DefineCommand,
  argv: readonly string[],
  overrides: Partial<Io> = {},
): Promise<CommandResult> {
  const io = bufferIo(overrides);
  let code = -1;
  let error: BenchError | null = null;
  const program = new Command('bench').exitOverride().configureOutput({ writeErr: () => {} });
  define(program.command(argv[0] ?? ''), io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof BenchError)) throw cause;
    error = cause;
    code = cause.exitCode;
    io.stderr(`bench: ${cause.message}\n  hint: ${cause.hint ?? ''}\n`);
  }
  return { code, stdout: io.out(), stderr: io.err(), error };
}
