import { Command } from 'commander';
import type { RegisterCommand } from '../../bench/command.ts';
import type { Io } from '../../bench/io.ts';
import { BenchError } from '../../src/errors.ts';
import { bufferIo } from './buffer-io.ts';

/** Runs one command by itself and gives its exit code and output. */
export async function runCommand(
  register: RegisterCommand,
  argv: readonly string[],
  overrides: Partial<Io> = {},
): Promise<{ code: number; out: string; err: string }> {
  const io = bufferIo(overrides);
  let code = -1;
  const program = new Command('bench').exitOverride().configureOutput({ writeErr: () => {} });
  register(program, io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    code = error.exitCode;
    io.stderr(`bench: ${error.message}\n`);
  }
  return { code, out: io.out(), err: io.err() };
}
