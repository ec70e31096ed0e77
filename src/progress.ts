/** Told how far a job has come; the command line draws it. */
export interface Progress {
  /** A stage begins; `total` is the number of requests it will make, 0 where that is not known. */
  readonly stage: (name: string, total: number, options?: StageOptions) => void;
  /** So many more requests of the stage have ended. */
  readonly tick: (count: number) => void;
  /** One line worth keeping. */
  readonly note: (line: string) => void;
  /** A remark beside the counter of this stage, e.g. the interval so far; empty: none. */
  readonly remark: (text: string) => void;
  /** Lines below the counter of this stage, e.g. one a worker. */
  readonly details?: (lines: readonly string[]) => void;
}

/** What is known of a stage beforehand. */
export interface StageOptions {
  /** How long it will take, of stages that take as long as they are told to. */
  readonly expectedMs?: number;
}

/** Progress that nobody looks at. */
export const NO_PROGRESS: Progress = {
  stage: () => {},
  tick: () => {},
  note: () => {},
  remark: () => {},
};
