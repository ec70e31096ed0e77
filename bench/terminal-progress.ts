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

/** Draws a live line on a terminal, with details below it, never wider than it; elsewhere a plain line every 10 s. */
export function terminalProgress(
  io: Io,
  nowMs: () => number = () => performance.now(),
): EndableProgress {
  let stage: Omit<StageState, 'elapsedMs'> | null = null;
  let startedMs = nowMs();
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  let details: readonly string[] = [];
  let isDrawn = false;
  let drawnBelow = 0;
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
      const columns = Math.max(10, (io.progressColumns?.() ?? WIDTH) - 1);
      const below = details.map((detail) => `  ${plainLine(detail)}`);
      const shown = [line, ...below].map((text) => cutText(text, columns)).join('\n');
      const back = below.length === 0 ? '' : `\u001B[${below.length}A\r`;
      draw(`${erase()}${dim}${shown}${plain}${back}`);
      drawnBelow = below.length;
      isDrawn = true;
    } else io.stderr(`bench: ${[line, ...details.map(plainLine)].join(' · ')}\n`);
  };
  const erase = (): string => (drawnBelow === 0 ? '\r\u001B[2K' : '\r\u001B[J');
  const clear = (): void => {
    if (isDrawn) draw(erase());
    isDrawn = false;
    drawnBelow = 0;
  };
  return {
    stage: (name, total, { expectedMs = null as number | null } = {}) => {
      // Many short stages are told of as often as a long one.
      if (stage === null) lastDrawnMs = nowMs();
      stage = { name, total, done: 0, expectedMs, remark: '' };
      details = [];
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
    details: (lines) => {
      details = lines;
    },
    end: () => {
      clear();
      stage = null;
      if (clock !== null) clearInterval(clock);
      clock = null;
    },
  };
}
