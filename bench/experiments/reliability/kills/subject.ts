import type { BenchEnd, BenchProcess } from '../bench-process.ts';

/** The folder of a try, and `bench` in it. */
export interface TryFolder {
  readonly cwd: string;
  /** Runs it to its end. */
  readonly run: (argv: readonly string[]) => Promise<BenchEnd>;
  readonly start: (argv: readonly string[]) => BenchProcess;
}

/** A command that is killed, and how it is seen that nothing was lost. */
export interface Subject {
  readonly name: string;
  readonly argv: readonly string[];
  /** Codes that it may end with by itself. */
  readonly ends: readonly number[];
  /** Whether the same command goes on where it was killed. */
  readonly goesOn: boolean;
  /** Longest time after its start at which it is killed, where not its own length; milliseconds. */
  readonly latestMs?: number;
  /** Talks to it while it runs. */
  readonly accompany?: (printed: () => string, signal: AbortSignal) => Promise<void>;
  /** What a run that nobody killed leaves behind in its folder, to be held against. */
  readonly expected: (cwd: string) => Promise<unknown>;
  /** Goes on after a kill, and tells what is not as it should be; null where everything is. */
  readonly goOn: (there: TryFolder, expected: unknown) => Promise<string | null>;
}
