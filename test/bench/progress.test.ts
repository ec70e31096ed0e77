import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { progressLine } from '../../bench/printing/progress-line.ts';
import { terminalProgress } from '../../bench/terminal-progress.ts';
import { displayWidth } from '../../src/report/layout/display-width.ts';
import { bufferIo } from '../support/buffer-io.ts';

const STAGE = {
  name: 'quality',
  total: 300,
  done: 60,
  elapsedMs: 30_000,
  expectedMs: null,
  remark: '',
};

describe('a line of progress', () => {
  it('tells count, rate, time so far and in all, and what is left', () => {
    expect(progressLine(STAGE)).toBe(
      'quality 60/300 · 2.0/s · 30 s of 2 min 30 s, 2 min 00 s left',
    );
  });

  it.each([
    [{ total: 0, done: 0 }, 'quality · 30 s'],
    [{ total: 0 }, 'quality 60 · 2.0/s · 30 s'],
    [{ total: 0, done: 0, expectedMs: 45_000 }, 'quality · 30 s of 45 s, 15 s left'],
    [{ total: 0, done: 0, expectedMs: 20_000 }, 'quality · 30 s of 30 s, 0 s left'],
    [{ done: 0, elapsedMs: 0 }, 'quality 0/300 · 0 s'],
    [{ remark: 'Δ 0' }, 'quality 60/300 · 2.0/s · 30 s of 2 min 30 s, 2 min 00 s left · Δ 0'],
  ])('of %j', (parts, line) => {
    expect(progressLine({ ...STAGE, ...parts })).toBe(line);
  });
});

describe('progress', () => {
  beforeEach(
    () => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  function live(columns: number) {
    const io = bufferIo({
      isTerminal: true,
      progressColumns: () => columns,
      env: { NO_COLOR: '1' },
    });
    const drawn = () =>
      io
        .err()
        .split('\r\u001B[2K')
        .filter((line) => line !== '');
    return { io, drawn, progress: terminalProgress(io) };
  }

  it('has lines below it, which go with it', () => {
    const { io, progress } = live(40);
    progress.stage('jobs', 3);
    progress.details?.(['one: 1 done', `two: ${'x'.repeat(60)}`]);
    vi.advanceTimersByTime(200);
    progress.tick(1);
    const cut = `  two: ${'x'.repeat(31)}…`;
    expect(io.err()).toContain(`jobs 1/3 · 0 s\n  one: 1 done\n${cut}\u001B[2A\r`);
    progress.note('a note');
    expect(io.err()).toContain('\r\u001B[Jbench: a note\n');
    progress.stage('next', 0);
    progress.end();
    expect(io.err().endsWith('next · 0 s\r\u001B[2K')).toBe(true);
  });

  it('is never wider than the terminal, also with wide characters', () => {
    const { drawn, progress } = live(30);
    progress.stage('ingest 家族の書類 into the incumbent', 100_000);
    progress.remark('recall@10 Δ −0.0001 [−0.0100, 0.0100] over 3 needs');
    vi.advanceTimersByTime(3000);
    progress.tick(7);
    expect(drawn().length).toBeGreaterThan(2);
    for (const line of drawn()) expect(displayWidth(line)).toBeLessThanOrEqual(29);
    progress.end();
  });

  it('goes on while nothing ends, and leaves nothing behind', () => {
    const { io, drawn, progress } = live(80);
    progress.stage('truth', 0);
    vi.advanceTimersByTime(2500);
    expect(drawn().at(-1)).toBe('truth · 2 s');
    progress.end();
    vi.advanceTimersByTime(5000);
    expect(io.err().endsWith('\r\u001B[2K')).toBe(true);
  });

  it('takes the remark of a stage away with the stage', () => {
    const { drawn, progress } = live(80);
    progress.stage('quality', 10);
    progress.remark('as it stands');
    vi.advanceTimersByTime(1100);
    expect(drawn().at(-1)).toContain('as it stands');
    progress.stage('latency', 10);
    expect(drawn().at(-1)).toBe('latency 0/10 · 0 s');
    progress.end();
  });

  it('is a plain line every ten seconds where there is no terminal', () => {
    const io = bufferIo();
    const progress = terminalProgress(io);
    progress.stage('quality', 100);
    for (let second = 0; second < 25; second++) {
      vi.advanceTimersByTime(1000);
      progress.tick(1);
    }
    progress.end();
    expect(io.err().split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(/^bench: quality 9\/100 · .* 10 s of /),
      expect.stringMatching(/^bench: quality 19\/100 · .* 20 s of /),
    ]);
  });

  it('tells of many short stages as often as of a long one', () => {
    const io = bufferIo();
    const progress = terminalProgress(io);
    for (let second = 0; second < 25; second++) {
      progress.stage(`point ${second}`, 0);
      vi.advanceTimersByTime(1000);
    }
    progress.end();
    expect(io.err().split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(/^bench: point (9|10) /),
      expect.stringMatching(/^bench: point (19|20) /),
    ]);
  });

  it('draws no live line on a terminal that cannot take it back', () => {
    const io = bufferIo({ isTerminal: true, env: { TERM: 'dumb' } });
    const progress = terminalProgress(io);
    progress.stage('quality', 100);
    vi.advanceTimersByTime(10_000);
    progress.end();
    expect(io.err()).toBe('bench: quality 0/100 · 10 s\n');
  });
});
