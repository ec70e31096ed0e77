import type { Config } from '../../src/config/resolve.ts';
import type { Corpus } from '../../src/corpus/types.ts';
import type { RunPlan } from '../../src/observe/plan.ts';
import type { Io } from '../io.ts';

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
