import { main } from '../../bench/cli.ts';
import type { Io } from '../../bench/io.ts';
import { bufferIo } from '../support/buffer-io.ts';

/** What one command line gave. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line as a process would. */
export async function runMain(argv: readonly string[], overrides: Partial<Io>): Promise<Said> {
  const io = bufferIo(overrides);
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

/** A command line with everything it gave, as golden files hold it. */
export function transcript(argv: readonly string[], { code, out, err }: Said): string {
  const part = (title: string, text: string): string =>
    `--- ${title}\n${text}${text === '' || text.endsWith('\n') ? '' : '\n(no line end)\n'}`;
  return `$ bench ${argv.join(' ')}\nexit ${code}\n${part('stderr', err)}${part('stdout', out)}`;
}
