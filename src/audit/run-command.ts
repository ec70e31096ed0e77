import { spawn } from 'node:child_process';

/** A program to run: arguments as they are, no shell. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a program ended. */
export interface CommandResult {
  /** Null where it did not end by itself. */
  readonly exitCode: number | null;
  /** Why it gave no exit code; empty where it gave one. */
  readonly failure: string;
  readonly stdout: Uint8Array;
}

const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end, its time limit or an abort, whichever is first; never throws, leaves no child behind. */
export function runCommand(command: CommandLine): Promise<CommandResult> {
  const [program = '', ...args] = command.argv;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let failure = '';
    const child = spawn(program, args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ['ignore', 'pipe', 'inherit'],
      // A group of its own, so that what the program has started ends with it.
      detached: process.platform !== 'win32',
    });
    const stop = (why: string): void => {
      failure ||= why;
      killGroup(child.pid);
      child.kill('SIGKILL');
    };
    const onAbort = (): void => stop('interrupted');
    const timer = setTimeout(() => stop(`no end after ${command.timeoutMs} ms`), command.timeoutMs);
    command.signal.addEventListener('abort', onAbort, { once: true });
    if (command.signal.aborted) onAbort();
    child.stdout.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > LARGEST_OUTPUT_BYTES) stop('more than 64 MiB of output');
      else chunks.push(chunk);
    });
    const settle = (exitCode: number | null): void => {
      clearTimeout(timer);
      command.signal.removeEventListener('abort', onAbort);
      resolve({
        exitCode: failure === '' ? exitCode : null,
        failure,
        stdout: Buffer.concat(chunks),
      });
    };
    child.on('error', (error) => {
      failure ||= `cannot be run: ${error.message}`;
      if (child.pid === undefined) settle(null);
    });
    child.on('close', (exitCode, endSignal) => {
      if (exitCode === null) failure ||= `ended by ${endSignal ?? 'a signal'}`;
      settle(exitCode);
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}
