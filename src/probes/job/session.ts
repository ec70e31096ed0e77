import type { Config } from '../../config/resolve.ts';
import type { Corpus } from '../../corpus/types.ts';
import type { Pair } from '../../observe/ask.ts';
import type { Progress } from '../../progress.ts';
import type { ServiceDescriptions } from '../observe/answered.ts';
import type { ProbeRecord } from '../record/probe-record.ts';

/** Two connected backends that have answered, and what a probe needs beside them. */
export interface ProbeSession {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly backends: Pair;
  readonly descriptions: ServiceDescriptions;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** One probe that is to be carried out. */
export interface ProbeTask {
  /** Name in tables and the ledger. */
  readonly endpoint: string;
  readonly observe: (session: ProbeSession) => Promise<ProbeRecord>;
}
