import type { Io } from '../../bench/io.ts';
import type { Config } from '../config/resolve.ts';
import type { Corpus } from '../corpus/types.ts';
import type { RunPlan } from '../observe/plan.ts';

/** What one invocation is to do. */
export interface Job {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly plan: RunPlan;
  /** Folder of the run to go on with; null for a new one. */
  readonly resume: string | null;
  readonly json: boolean;
  readonly io: Io;
}
