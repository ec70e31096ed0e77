import { plainLine } from '../src/plain-text.ts';
import type { Progress } from '../src/progress.ts';
import { cutText } from '../src/report/layout/cut-text.ts';
import type { Io } from './io.ts';
import { progressLine, type StageState } from './printing/progress-line.ts';
import { hasColor } from './screen-options.ts';

const REDRAW_MS = 100;
/** Time goes on where nothing ends for a while. */
const CLOCK_MS = 1000;
const PLAIN_MS = 10_000;
const WIDTH = 80;

/** Progress that must be ended, so that the live line and its timer go away. */
export interface EndableProgress extends Progress {
  readonly end: () => void;
}

/** Draws one live line on a terminal, never wider than it; elsewhere a plain line every 10 s. */
export function terminalProgress(
  io: Io,
  nowMs: () => number = () => performance.now(),
): EndableProgress {
  let stage: Omit<StageState, 'elapsedMs'> | null = null;
  let startedMs = nowMs();
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  let clock: NodeJS.Timeout | null = null;
  const isLive = io.isTerminal && io.env.TERM !== 'dumb';
  const [dim, plain] = hasColor(io, io.isTerminal) ? ['\u001B[2m', '\u001B[22m'] : ['', ''];
  const draw = io.draw ?? io.stderr;

  const show = (everyMs: number): void => {
    const now = nowMs();
    if (stage === null || now - lastDrawnMs < everyMs) return;
    lastDrawnMs = now;
    const line = plainLine(progressLine({ ...stage, elapsedMs: now - startedMs }));
    if (isLive) {
      // The last column stays free: some terminals go on to the next line there.
      const shown = cutText(line, Math.max(10, (io.progressColumns?.() ?? WIDTH) - 1));
      draw(`\r\u001B[2K${dim}${shown}${plain}`);
      isDrawn = true;
    } else io.stderr(`bench: ${line}\n`);
  };
  const clear = (): void => {
    if (isDrawn) draw('\r\u001B[2K');
    isDrawn = false;
  };
  return {
    stage: (name, total, { expectedMs = null as number | null } = {}) => {
      // Many short stages are told of as often as a long one.
      if (stage === null) lastDrawnMs = nowMs();
      stage = { name, total, done: 0, expectedMs, remark: '' };
      startedMs = nowMs();
      show(isLive ? 0 : PLAIN_MS);
      clock ??= setInterval(() => show(isLive ? CLOCK_MS / 2 : PLAIN_MS), CLOCK_MS);
      clock.unref();
    },
    tick: (count) => {
      if (stage === null) return;
      stage = { ...stage, done: stage.done + count };
      show(isLive ? REDRAW_MS : PLAIN_MS);
    },
    note: (line) => {
      clear();
      io.stderr(`bench: ${line}\n`);
    },
    remark: (remark) => {
      if (stage !== null) stage = { ...stage, remark };
    },
    end: () => {
      clear();
      stage = null;
      if (clock !== null) clearInterval(clock);
      clock = null;
    },
  };
}
