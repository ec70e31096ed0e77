/** Told how far a job has come; the command line draws it. */
export interface Progress {
  /** A stage begins; `total` is the number of requests it will make. */
  readonly stage: (name: string, total: number) => void;
  /** So many more requests of the stage have ended. */
  readonly tick: (count: number) => void;
  /** One line worth keeping. */
  readonly note: (line: string) => void;
  /** A remark beside the counter, e.g. the interval so far; empty: none. */
  readonly remark: (text: string) => void;
}

/** Progress that nobody looks at. */
export const NO_PROGRESS: Progress = {
  stage: () => {},
  tick: () => {},
  note: () => {},
  remark: () => {},
};
