import type { Command } from 'commander';
import type { ExitCode } from '../src/errors.ts';
import type { Io } from './io.ts';

/** Adds one command to the program; its action reports the exit code through `done`. */
export type RegisterCommand = (program: Command, io: Io, done: (code: ExitCode) => void) => void;
