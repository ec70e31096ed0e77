import type { Io } from '../io.ts';
import { isScreen, type OutputFlags } from '../output.ts';

/** A run that a command wrote, and what it came to. */
interface SaidRun {
  readonly runFolder: string;
  /** E.g. `pass: …`; absent: nothing is said but where the run lies. */
  readonly answer?: string;
}

/** Says on stderr where a run lies and what it came to; a screen says both by itself. */
export function sayRun(run: SaidRun, flags: OutputFlags, io: Io): void {
  if (!isScreen(flags)) tellRun(run, io);
}

/** The same where no screen was shown, whatever the flags ask for. */
export function tellRun({ runFolder, answer }: SaidRun, io: Io): void {
  io.stderr(`bench: run folder ${runFolder}\n`);
  if (answer !== undefined) io.stderr(`bench: ${answer}\n`);
}

/** Says where the run lies that was interrupted before there was anything to judge. */
export function sayInterrupted(runFolder: string, io: Io): void {
  io.stderr(`bench: interrupted before anything was measured; run folder ${runFolder}\n`);
}
