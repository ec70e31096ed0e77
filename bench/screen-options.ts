import { isAbsolute, relative } from 'node:path';
import type { TerminalOptions } from '../src/report/render/terminal.ts';
import type { Io } from './io.ts';

/** Whether a stream is coloured: FORCE_COLOR, then NO_COLOR and TERM=dumb, then whether it is a terminal. */
export function hasColor({ env }: Pick<Io, 'env'>, isTerminal: boolean): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** Columns of a terminal; one that does not tell its size (it says 0) has those of COLUMNS, or 80. */
export function widthOf(told: number | undefined, env: Io['env']): number {
  return told || Number(env.COLUMNS) || 80;
}

/** What the terminal behind stdout can show. */
export function screenOptions(io: Io): TerminalOptions {
  const columns = io.columns ?? (Number(io.env.COLUMNS) || undefined);
  return {
    ...(columns === undefined ? {} : { width: columns }),
    color: hasColor(io, io.columns !== undefined),
    ascii: io.env.TERM === 'dumb',
  };
}

/** The program as it was started, as one types it. */
export function programOf({ env }: Pick<Io, 'env'>): string {
  return env.npm_lifecycle_event === 'bench' ? 'npm run bench --' : 'bench';
}

/** A path as one types it: relative where it lies below the folder one is in. */
export function pathFrom(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}
