import type { Command } from 'commander';
import type { ExitCode } from '../src/errors.ts';
import type { Io } from './io.ts';

/** Gives a command its arguments, flags and action; the action reports the exit code through `done`. */
export type DefineCommand = (command: Command, io: Io, done: (code: ExitCode) => void) => void;

/** One command as the program knows it before it is used. */
export interface CommandEntry {
  readonly name: string;
  /** What it does, in the list of all commands. */
  readonly summary: string;
  /** A former name, which is not listed. */
  readonly isHidden?: boolean;
  /** Loads the rest of it, with all that it needs. */
  readonly load: () => Promise<DefineCommand>;
}

/** Commands that are listed together. */
export interface CommandGroup {
  readonly heading: string;
  readonly commands: readonly CommandEntry[];
}
