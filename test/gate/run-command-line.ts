import { Command } from 'commander';
import type { RegisterCommand } from '../../bench/command.ts';
import { BenchError } from '../../src/errors.ts';

/** What a command printed, and the exit code it gave. */
export interface CommandOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command by itself in a folder. */
export async function runCommandLine(
  register: RegisterCommand,
  argv: readonly string[],
  cwd: string,
): Promise<CommandOutput> {
  let code = -1;
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    env: process.env,
    cwd,
    isTerminal: false,
    signal: new AbortController().signal,
  };
  const program = new Command('bench').exitOverride();
  register(program, io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    code = error.exitCode;
    stderr += `bench: ${error.message}\n  hint: ${error.hint ?? ''}\n`;
  }
  return { code, stdout, stderr };
}
