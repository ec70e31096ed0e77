import { configFrom } from '../../../config/resolve.ts';
import { drift } from '../../../drift/job/drift.ts';
import type { StoredDrift } from '../../../drift/record/catalogue.ts';
import { BenchError, EXIT, type ExitCode } from '../../../errors.ts';
import { load } from '../../../load/job/load.ts';
import type { Findings } from '../../../parity/findings.ts';
import { retrieve } from '../../../retrieve/retrieve.ts';
import { attributionRows } from '../results/attributed.ts';
import { changedDrift, failedGates, missedObjectives, refusal } from '../results/checks.ts';
import type { AttributionRow, FailedCheck, TakenStep } from '../results/rows.ts';
import { STEP_SETTINGS } from './settings.ts';

/** All that a measuring process gets to know, as JSON can hold it. */
export interface StepOrder {
  readonly step: TakenStep;
  readonly incumbentUrl: string;
  readonly candidateUrl: string;
  readonly corpusFolder: string;
  /** Empty, and removed afterwards. */
  readonly folder: string;
  readonly querySeed: number;
  /** The drift of the pair without a fault; null while that is being found. */
  readonly catalogue: readonly StoredDrift[] | null;
}

/** What a step came to, as JSON can hold it. */
export interface StepOutcome {
  readonly exitCode: ExitCode;
  /** Null where nothing was judged. */
  readonly verdict: string | null;
  readonly failed: readonly FailedCheck[];
  readonly attribution: readonly AttributionRow[];
  readonly referenceRecall: number | null;
  /** Every difference of the responses, where they were looked at. */
  readonly drift: readonly StoredDrift[];
  /** Why nothing could be found out, where the candidate is not the reason; null else. */
  readonly problem: string | null;
}

/** A step that came to nothing. */
export const NO_OUTCOME: StepOutcome = {
  exitCode: EXIT.infrastructure,
  verdict: null,
  failed: [],
  attribution: [],
  referenceRecall: null,
  drift: [],
  problem: null,
};

/**
 * Carries out one step of a drill. A job that refuses to measure is an outcome.
 * @throws whatever is no error of this suite.
 */
export async function measureStep(order: StepOrder): Promise<StepOutcome> {
  try {
    return await carryOut(order);
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    const refused = refusal(error, order.candidateUrl);
    return {
      ...NO_OUTCOME,
      exitCode: error.exitCode,
      failed: refused === null ? [] : [refused],
      problem: refused === null ? error.message : null,
    };
  }
}

async function carryOut(order: StepOrder): Promise<StepOutcome> {
  const settings = STEP_SETTINGS[order.step];
  const value = {
    ...settings.config,
    incumbent: { url: order.incumbentUrl },
    candidate: { url: order.candidateUrl },
    corpus: order.corpusFolder,
    seed: order.querySeed,
  };
  const { config, origins } = await configFrom(value, order.folder);
  switch (settings.job) {
    case 'retrieve': {
      const { verdict, findings, exitCode } = await retrieve(config, { origins });
      // Where the incumbent differs from itself, nothing is said about the candidate.
      if (verdict === null || verdict.state === 'environment unfit') {
        return { ...NO_OUTCOME, exitCode };
      }
      return {
        ...NO_OUTCOME,
        exitCode,
        verdict: verdict.state,
        failed: failedGates(verdict, findings),
        attribution: attributionRows(findings),
        referenceRecall: referenceRecall(findings),
      };
    }
    case 'drift': {
      const { count } = settings;
      const result = await drift(config, { count, catalogue: order.catalogue });
      const { verdict, exitCode } = result;
      if (verdict === null) return { ...NO_OUTCOME, exitCode };
      return {
        ...NO_OUTCOME,
        exitCode,
        verdict: verdict.state,
        failed: changedDrift(verdict),
        drift: result.findings.rows,
      };
    }
    case 'load': {
      const { verdict, exitCode } = await load(config, { origins, plan: settings.plan });
      if (verdict === null) return { ...NO_OUTCOME, exitCode };
      return {
        ...NO_OUTCOME,
        exitCode,
        verdict: verdict.state,
        failed: missedObjectives(verdict.gates),
      };
    }
  }
}

/** The least recall at efSearch = k that the local index reached over the collections. */
function referenceRecall({ k, reference }: Findings): number | null {
  const reached = reference.flatMap(({ curve }) =>
    curve.flatMap(({ efSearch, recall }) => (efSearch === k && recall !== null ? [recall] : [])),
  );
  return reached.length === 0 ? null : Math.min(...reached);
}
