import type { Config } from '../../config/resolve.ts';
import type { ResolvedBackend } from '../../config/side.ts';
import type { Corpus } from '../../corpus/types.ts';
import { type EXIT, type ExitCode, UsageError } from '../../errors.ts';
import type { JobOptions } from '../../observe/with-backends.ts';
import type { Progress } from '../../progress.ts';
import type { ReportDocument } from '../../report/model.ts';
import type { Backend } from '../../wire/backend.ts';
import type { SweepFindings } from '../find/findings.ts';
import type { VariantUrl, Varied } from '../plan/variants.ts';
import type { SweepSummary } from '../report/sweep-summary.ts';

/** What is swept, and how far. */
export interface SweepOptions extends Pick<JobOptions, 'signal' | 'progress'> {
  /**
   * URLs, which may hold placeholders of what is varied, or backends that were made already; none: the sides of the
   * configuration.
   */
  readonly backends: readonly (string | Backend)[];
  /** Values of the placeholders, by name. */
  readonly vary?: Varied;
  /** Efforts of every backend that has one; default 10, 20, 40, 80, 160, 320. */
  readonly efforts?: readonly number[];
  /** Recalls that are asked for; default .9, .95 and .99. */
  readonly targets?: readonly number[];
  /** Shares of the documents that generated filters leave; default none: nothing is filtered. */
  readonly selectivities?: readonly number[];
  /** Timed rounds over all settings; default 5. 0: recall alone. */
  readonly rounds?: number;
  /** Requests of a timed block; default 100. */
  readonly requestsPerBlock?: number;
  /** What is asked; default `search`. */
  readonly operation?: 'search' | 'retrieve';
  /** What relative paths in URLs are relative to; default: the working directory. */
  readonly cwd?: string;
}

/** The same with every default decided. */
export type DecidedSweep = Required<
  Omit<SweepOptions, 'backends' | 'vary' | 'signal' | 'progress' | 'cwd'>
>;

/** One variant, ready to be measured. */
export interface OpenVariant {
  readonly name: string;
  readonly url: VariantUrl | null;
  readonly side: ResolvedBackend;
  readonly backend: Backend;
}

/** A sweep that was measured; `status` says whether all of it was. */
export interface MeasuredSweep {
  readonly status: 'complete' | 'interrupted';
  readonly runFolder: string;
  readonly findings: SweepFindings;
  readonly summary: SweepSummary;
  readonly report: ReportDocument;
  readonly exitCode: ExitCode;
}

/** An interrupt came before anything was asked. */
export interface UnmeasuredSweep {
  readonly status: 'interrupted';
  /** Null where the run was not even begun. */
  readonly runFolder: string | null;
  readonly findings: null;
  readonly exitCode: typeof EXIT.interrupted;
}

export type SweepResult = MeasuredSweep | UnmeasuredSweep;

/** One sweep as it is to be carried out. */
export interface SweepJob {
  readonly config: Config;
  readonly corpus: Corpus;
  readonly plan: DecidedSweep;
  readonly variants: readonly OpenVariant[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Refuses what cannot be swept. @throws UsageError that shows how it is written */
export function checkSweep({
  efforts,
  targets,
  selectivities,
  rounds,
  requestsPerBlock,
}: DecidedSweep): void {
  const refused = (what: string, hint: string): UsageError =>
    new UsageError('sweep-plan', what, { hint });
  const isShare = (value: number): boolean => value > 0 && value <= 1;
  const effort = efforts.find((value) => !(Number.isInteger(value) && value > 0));
  if (efforts.length === 0 || effort !== undefined) {
    throw refused(
      `effort ${effort ?? 'is missing'}`,
      'give whole numbers above 0: --effort 10,40,160',
    );
  }
  const target = targets.find((value) => !isShare(value));
  if (target !== undefined) throw refused(`recall ${target}`, 'between 0 and 1: --target 0.9,0.99');
  const share = selectivities.find((value) => !isShare(value));
  if (share !== undefined) {
    throw refused(`selectivity ${share}`, 'a share of 1: --selectivity 0.001,0.01,0.1,0.5');
  }
  if (
    !(
      Number.isInteger(rounds) &&
      rounds >= 0 &&
      Number.isInteger(requestsPerBlock) &&
      requestsPerBlock > 0
    )
  ) {
    throw refused('rounds and requests are whole numbers', 'for example --rounds 5 --requests 100');
  }
}
