import type { Config } from '../../config/resolve.ts';
import type { Corpus } from '../../corpus/types.ts';
import type { RunPlan } from '../../observe/plan.ts';
import type { Progress } from '../../progress.ts';
import type { CarryOutPlan } from '../../truth/plan/planned-search.ts';

/** One run as it is to be carried out. */
export interface Job {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly plan: RunPlan;
  /** What was declared of the incumbent's search beyond what the corpus says, a clause each. */
  readonly declared: readonly string[];
  /** Folder of the run to go on with; null for a new one. */
  readonly resume: string | null;
  /** Whether other candidates are compared at the same time, each in a run of its own. */
  readonly isOneOfSeveral: boolean;
  /** Carries out exact searches elsewhere; null: in this process. */
  readonly carryOut: CarryOutPlan | null;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}
