import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredDrift } from '../../../drift/record/catalogue.ts';
import { InfrastructureError } from '../../../errors.ts';
import type { AttributionRow, Step, TakenStep } from '../results/rows.ts';
import type { StepOrder } from './measure-step.ts';
import { type MeasuredStep, measureInProcess } from './measuring-process.ts';

/** Where and with what a run is measured. */
export interface Bench extends Omit<StepOrder, 'step' | 'folder'> {
  /** Folders of single steps are made in it. */
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

/** What the steps of a run gave. */
export interface StepsTaken {
  readonly steps: readonly Step[];
  readonly attribution: readonly AttributionRow[];
  readonly referenceRecall: number | null;
}

/**
 * Measures the short steps, and the long ones where nothing was found; `always` takes them all.
 * @throws InfrastructureError where a step comes to nothing twice, and not by the candidate.
 */
export async function takeSteps(
  bench: Bench,
  short: readonly TakenStep[],
  long: readonly TakenStep[],
  always: boolean,
): Promise<StepsTaken> {
  const taken: { readonly step: TakenStep; readonly measured: MeasuredStep }[] = [];
  const take = async (step: TakenStep): Promise<void> => {
    taken.push({ step, measured: await measured(step, bench) });
  };
  for (const step of short) await take(step);
  for (const step of long) {
    if (!always && taken.some((entry) => entry.measured.failed.length > 0)) break;
    await take(step);
  }
  // The step that judged answers first is the one whose account is kept.
  const first = taken.find((entry) => isOfAnswers(entry.step) && entry.measured.verdict !== null);
  return {
    steps: taken.map(({ step, measured: { exitCode, verdict, failed, seconds } }) => ({
      step,
      exitCode,
      verdict,
      failed: [...failed],
      seconds,
    })),
    attribution: first?.measured.attribution ?? [],
    referenceRecall: first?.measured.referenceRecall ?? null,
  };
}

/** What the responses of the pair without a fault differ by; null where that could not be found. */
export async function findCatalogue(bench: Bench): Promise<readonly StoredDrift[] | null> {
  const { verdict, drift } = await measured('drift', { ...bench, catalogue: null });
  return verdict === null ? null : drift;
}

function isOfAnswers(step: TakenStep): boolean {
  return step === 'retrieve' || step === 'answers';
}

/** Once more where nothing could be found out: on record, that would be a fault that nobody noticed. */
async function measured(step: TakenStep, bench: Bench): Promise<MeasuredStep> {
  const first = await measuredOnce(step, bench);
  const again = first.problem === null ? first : await measuredOnce(step, bench);
  if (again.problem === null) return again;
  throw new InfrastructureError(
    'drill-step',
    `a step (${step}) came to nothing: ${again.problem}`,
    {
      hint: 'see to it, and go on with --resume: runs that ended before are on record',
    },
  );
}

async function measuredOnce(
  step: TakenStep,
  { workFolder, signal, ...order }: Bench,
): Promise<MeasuredStep> {
  const folder = await mkdtemp(join(workFolder, `${step}-`));
  try {
    return await measureInProcess({ ...order, step, folder }, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
