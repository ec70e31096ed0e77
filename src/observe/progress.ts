/** Told how far a stage has come; the command line draws it, tests ignore it. */
export interface Progress {
  /** A stage begins; `total` is the number of requests it will make. */
  readonly stage: (name: string, total: number) => void;
  /** So many more requests of the stage have ended. */
  readonly tick: (count: number) => void;
  /** One line worth keeping. */
  readonly note: (line: string) => void;
}
