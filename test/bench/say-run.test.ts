import { describe, expect, it } from 'vitest';
import { sayRun } from '../../bench/printing/say-run.ts';
import { bufferIo } from '../support/buffer-io.ts';

const RUN = { runFolder: '/runs/one', answer: 'pass: all is well.' };

describe('where a run lies and what it came to', () => {
  it('is said on stderr beside what other programs read', () => {
    const io = bufferIo();
    sayRun(RUN, { json: true }, io);
    expect(io.err()).toBe('bench: run folder /runs/one\nbench: pass: all is well.\n');
  });

  it('is not said again after a screen, which says both', () => {
    const io = bufferIo();
    sayRun(RUN, {}, io);
    sayRun(RUN, { output: { form: 'html', file: 'report.html' } }, io);
    expect(io.err()).toBe('');
  });
});
