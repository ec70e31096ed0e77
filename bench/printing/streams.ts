import { endOnCrash, sayLast } from '../../src/crash.ts';
import { EXIT, type ExitCode } from '../../src/errors.ts';

/** What became of the streams of this process. */
export interface WatchedStreams {
  /** Told that the command came to its end: a process that ends before ends with 4. */
  readonly ended: () => void;
  /** The exit code of a command whose own is given: 4 where its result could not be written. */
  readonly codeOf: (own: ExitCode) => ExitCode;
}

/**
 * Watches stdout and stderr. A reader such as `head` may close its end early: that is no error of this command, and
 * the answer stands. A result that could not be written (a full disk, a closed file) ends with 4 and one line. What
 * stderr could not take is lost without more: nobody is there to be told.
 * @param name who speaks, at the beginning of a line
 */
export function watchStreams(name: string, signal: AbortSignal): WatchedStreams {
  endOnCrash(name, signal);
  let isLost = false;
  let isEnded = false;
  // Before Node itself warns of what is awaited for ever.
  process.on('beforeExit', () => {
    if (!isEnded) process.exit(EXIT.pass);
  });
  process.on('exit', (code) => {
    if (isEnded || code === EXIT.infrastructure || code === EXIT.interrupted) return;
    // E.g. by process.exit() in a configuration, or where it waits for what never comes.
    process.exitCode = EXIT.infrastructure;
    sayLast(
      `${name}: the process ended before the command did\n` +
        '  hint: does the configuration end it, or await what never comes?\n',
    );
  });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isLost) return;
    isLost = true;
    process.exitCode = EXIT.infrastructure;
    sayLast(
      `${name}: the result could not be written to stdout (${error.code ?? error.message})\n` +
        '  hint: the disk may be full; what was measured is in the run folder\n',
    );
  });
  process.stderr.on('error', () => {});
  const ended = () => {
    isEnded = true;
  };
  return { ended, codeOf: (own) => (isLost ? EXIT.infrastructure : own) };
}

/**
 * The working folder; where it was deleted the process ends with 4 and one line.
 */
export function workingFolder(name: string): string {
  try {
    return process.cwd();
  } catch {
    sayLast(
      `${name}: the working folder does not exist any more\n  hint: change to a folder that exists\n`,
    );
    process.exit(EXIT.infrastructure);
  }
}
