import { styleText } from 'node:util';
import type { Progress } from '../src/progress.ts';
import type { Io } from './io.ts';

const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

/** Progress that must be ended, so that the live line and its timer go away. */
export interface EndableProgress extends Progress {
  readonly end: () => void;
}

/** Draws one live line on a terminal, and a plain line every 10 s elsewhere. */
export function terminalProgress(
  io: Io,
  nowMs: () => number = () => performance.now(),
): EndableProgress {
  let name = '';
  let total = 0;
  let done = 0;
  let remark = '';
  let stageStartedMs = nowMs();
  let lastDrawnMs = Number.NEGATIVE_INFINITY;
  let lineOpen = false;
  const drawLine = io.draw ?? io.stderr;
  const colour = io.isTerminal && (io.env.NO_COLOR ?? '') === '';

  const text = (): string => {
    const seconds = (nowMs() - stageStartedMs) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const left = rate > 0 && done < total ? ` · ${Math.ceil((total - done) / rate)} s left` : '';
    const share = total === 0 ? '' : ` ${Math.floor(done)}/${total}`;
    return `${name}${share}${done > 0 ? ` · ${rate.toFixed(0)}/s` : ''}${left}${remark}`;
  };
  const draw = (force: boolean): void => {
    if (name === '') return;
    const now = nowMs();
    if (!force && now - lastDrawnMs < (io.isTerminal ? REDRAW_MS : PLAIN_MS)) return;
    lastDrawnMs = now;
    if (io.isTerminal) {
      drawLine(`\r\u001b[2K${colour ? styleText('dim', text()) : text()}`);
      lineOpen = true;
    } else if (!force) io.stderr(`bench: ${text()}\n`);
  };
  const clear = (): void => {
    if (lineOpen) drawLine('\r\u001b[2K');
    lineOpen = false;
  };
  return {
    stage: (next, nextTotal) => {
      draw(true);
      name = next;
      total = nextTotal;
      done = 0;
      stageStartedMs = nowMs();
      if (!io.isTerminal) lastDrawnMs = nowMs();
      draw(io.isTerminal);
    },
    tick: (count) => {
      done += count;
      draw(false);
    },
    note: (line) => {
      clear();
      io.stderr(`bench: ${line}\n`);
    },
    remark: (next) => {
      remark = next === '' ? '' : ` · ${next}`;
    },
    end: () => {
      clear();
      name = '';
    },
  };
}
