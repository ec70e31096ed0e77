import type { BenchEnd } from '../bench-process.ts';

/** Runs `bench` in the folder of a try, to its end. */
export type RunThere = (argv: readonly string[]) => Promise<BenchEnd>;

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
  readonly goOn: (cwd: string, run: RunThere, expected: unknown) => Promise<string | null>;
}
