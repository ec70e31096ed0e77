/** Everything a command may touch of the process it runs in; tests hand in buffers. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Writes lines to stdout that the runner of GitHub Actions obeys; absent: as `stdout`. */
  readonly command?: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Columns of stdout; absent where it is no terminal. */
  readonly columns?: number | undefined;
  /** Columns of stderr as it is now; absent where it is no terminal. */
  readonly progressColumns?: () => number | undefined;
  /** Writes to stderr without changing a character, e.g. to redraw a line; absent: as `stderr`. */
  readonly draw?: (text: string) => void;
  /** Whether stderr is a terminal that can redraw a line. */
  readonly isTerminal: boolean;
  /** Asks somebody at the terminal; absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** Aborted on the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Said by a command that has nothing to end in order: the first Ctrl-C ends the process; absent: there is none. */
  readonly endsAtOnce?: () => void;
}
