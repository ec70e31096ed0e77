import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NO_OUTCOME, type StepOrder, type StepOutcome } from './measure-step.ts';

/** What a step came to, and how long it took. */
export interface MeasuredStep extends StepOutcome {
  readonly seconds: number;
}

const LONGEST_MS = 15 * 60_000;
const CHILD = fileURLToPath(
  new URL(`./measuring-child${extname(import.meta.url)}`, import.meta.url),
);

/**
 * Measures a step in a process of its own that gets its order and nothing else: no variable of the environment, and a
 * folder without a configuration of somebody's. A process that breaks down or does not end gives no outcome; the first
 * says why on stderr.
 */
export async function measureInProcess(
  order: StepOrder,
  signal: AbortSignal,
  longestMs = LONGEST_MS,
): Promise<MeasuredStep> {
  const startedMs = performance.now();
  const outcome = await new Promise<StepOutcome>((resolve, reject) => {
    let answer: StepOutcome | null = null;
    let problem = 'its process broke down';
    const late = AbortSignal.timeout(longestMs);
    const child = fork(CHILD, {
      cwd: order.folder,
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      signal: AbortSignal.any([signal, late]),
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message) => {
      answer = message as StepOutcome;
    });
    // What ends it is told once it is gone.
    child.on('error', ({ message }) => {
      problem = late.aborted ? `it did not end within ${longestMs / 60_000} minutes` : message;
    });
    child.once('close', () => {
      if (signal.aborted) reject(signal.reason);
      else resolve(answer ?? { ...NO_OUTCOME, problem });
    });
    child.send(order);
  });
  return { ...outcome, seconds: Math.round((performance.now() - startedMs) / 100) / 10 };
}
