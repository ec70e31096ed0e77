import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { asked } from '../../bench/printing/asked.ts';

/** What becomes of a question to which somebody types something. */
async function typed(keys: string): Promise<string> {
  const interrupt = new AbortController();
  const input = new PassThrough();
  const answer = asked('which? ', {
    ...{ input, output: new PassThrough(), signal: interrupt.signal },
    interrupt: () => interrupt.abort(new Error('interrupted')),
  });
  input.write(keys);
  return await answer;
}

it('a question is answered, interrupted by Ctrl-C, or left without an answer by Ctrl-D', async () => {
  expect(await typed('this one\n')).toBe('this one');
  await expect(typed('\u0003')).rejects.toMatchObject({ name: 'AbortError' });
  await expect(typed('\u0004')).rejects.toMatchObject({ code: 'no-answer', exitCode: 2 });
});
