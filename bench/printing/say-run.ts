import type { Io } from '../io.ts';
import { isScreen, type OutputFlags } from '../output.ts';

/** A run that a command wrote, and what it came to. */
interface SaidRun {
  readonly runFolder: string;
  /** As it stands before the sentence, e.g. `pass`; absent: nothing is said but where the run lies. */
  readonly state?: string;
  readonly sentence?: string;
}

/** Says on stderr where a run lies and what it came to; a screen says both by itself. */
export function sayRun({ runFolder, state, sentence }: SaidRun, flags: OutputFlags, io: Io): void {
  if (isScreen(flags)) return;
  io.stderr(`bench: run folder ${runFolder}\n`);
  if (state !== undefined) io.stderr(`bench: ${state}: ${sentence ?? ''}\n`);
}

/** Says where the run lies that was interrupted before there was anything to judge. */
export function sayInterrupted(runFolder: string, io: Io): void {
  io.stderr(`bench: interrupted before anything was measured; run folder ${runFolder}\n`);
}
