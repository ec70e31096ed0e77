import { Command } from 'commander';
import type { RegisterCommand } from '../../bench/command.ts';

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly error: unknown;
}

/** Runs one command with buffers for streams. */
export async function runCommand(
  register: RegisterCommand,
  cwd: string,
  ...argv: string[]
): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  let code: number | null = null;
  const program = new Command('bench').exitOverride().configureOutput({ writeErr: () => {} });
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    env: {},
    cwd,
    isTerminal: false,
    signal: new AbortController().signal,
  };
  register(program, io, (result) => {
    code = result;
  });
  const error = await program.parseAsync(argv, { from: 'user' }).then(
    () => null,
    (reason: unknown) => reason,
  );
  return { stdout, stderr, code, error };
}
