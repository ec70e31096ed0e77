import type { Command } from 'commander';
import type { ExitCode } from '../src/errors.ts';
import type { Io } from './io.ts';

/** Gives a command its arguments, flags and action; the action reports the exit code through `done`. */
export type DefineCommand = (command: Command, io: Io, done: (code: ExitCode) => void) => void;
