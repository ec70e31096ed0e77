import type { CandidateVerdict } from '../../gate/holm.ts';
import type { VerdictState } from '../../gate/verdict.ts';
import type { Bounds } from '../../parity/findings.ts';
import type { Cell } from '../../record/types.ts';

/** One metric of one candidate against the incumbent. */
export interface CandidateQuality extends Bounds {
  readonly cell: Cell;
  /** E.g. `recall@10`. */
  readonly metric: string;
  readonly incumbent: number | null;
  readonly candidate: number | null;
  readonly difference: number | null;
}

/** One quantile of latency, candidate over incumbent. */
export interface CandidateLatency extends Bounds {
  readonly cell: Cell;
  readonly quantile: string;
  readonly ratio: number | null;
}

/** One candidate, as its own run found it. */
export interface CandidateFinding {
  /** Folder of its run, beside that of the comparison. */
  readonly run: string;
  readonly label: string;
  /** The answer of its own run, and what is left of it over all candidates. */
  readonly state: VerdictState;
  readonly held: CandidateVerdict['state'];
  readonly sentence: string;
  readonly quality: readonly CandidateQuality[];
  readonly latency: readonly CandidateLatency[];
}

/** Several candidates against one incumbent. */
export interface CandidatesFindings {
  readonly schema: 1;
  readonly incumbent: string;
  readonly complete: boolean;
  /** Reference indexes were left to `bench rescore`, since the comparison was interrupted; absent where none was. */
  readonly referenceLeft?: true;
  /** Whether every run has the same truth: the same vectors of documents and queries, to the byte. */
  readonly sameTruth: boolean;
  readonly candidates: readonly CandidateFinding[];
}
