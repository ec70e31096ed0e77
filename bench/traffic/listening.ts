import { type Command, InvalidArgumentError } from 'commander';
import { collected } from '../config-options.ts';

/** The port that the lakehouse's frontend has. */
export const FRONTEND_PORT = 3700;

/** Where a frontend listens, and by which names it may be asked. */
export interface ListenFlags {
  readonly port: number;
  readonly allowHost?: readonly string[];
}

/** Adds the options of a frontend that is about to listen. */
export function addListenOptions(command: Command): Command {
  return command
    .option(
      '--port <n>',
      'port of the frontend on the loopback interface, 0 for a free one',
      portOf,
      FRONTEND_PORT,
    )
    .option(
      '--allow-host <name>',
      'answer requests for this host too, beside 127.0.0.1 and localhost; may be repeated',
      collected,
    );
}

/** A port as it is typed. @throws InvalidArgumentError for anything else */
export function portOf(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65_535)) throw new InvalidArgumentError('expected a port from 0 to 65535');
  return value;
}
