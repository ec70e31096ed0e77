import { expect, test } from 'vitest';
import { main } from '../../bench/cli.ts';
import { bufferIo } from '../support/buffer-io.ts';

const ARGV = ['kernels', '--processes', '1', '--time', '1', '--json'];

test('kernels are timed in a process of their own', async () => {
  const io = bufferIo();
  expect([await main(ARGV, io), io.err()]).toEqual([0, 'bench: process 1 of 1\n']);
  const [timed] = JSON.parse(io.out()) as (readonly { readonly name: string }[])[];
  expect(timed?.length).toBeGreaterThan(5);
});

test('an interrupt ends with 130, and is no failure of the process', async () => {
  const interrupt = new AbortController();
  const said: string[] = [];
  const io = bufferIo({
    signal: interrupt.signal,
    stderr: (text) => {
      said.push(text);
      setImmediate(() => interrupt.abort(new Error('interrupted')));
    },
  });
  expect(await main(ARGV, io)).toBe(130);
  expect(said).toEqual(['bench: process 1 of 1\n']);
});
