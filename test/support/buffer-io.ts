import { tmpdir } from 'node:os';
import type { Io } from '../../bench/io.ts';

/** An Io whose output can be read afterwards. */
export interface BufferIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
}

/** Streams into memory, with nothing of the real process's environment. */
export function bufferIo(overrides: Partial<Io> = {}): BufferIo {
  let out = '';
  let err = '';
  return {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    env: {},
    cwd: tmpdir(),
    isTerminal: false,
    signal: new AbortController().signal,
    ...overrides,
    out: () => out,
    err: () => err,
  };
}
