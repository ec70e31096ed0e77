import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '../../../gate/verdict.ts';
import type { Findings } from '../../../parity/findings.ts';
import { attributionRows } from '../results/attributed.ts';
import {
  changedDrift,
  failedGates,
  type LoadGate,
  missedObjectives,
  refusal,
} from '../results/checks.ts';
import type { AttributionRow, FailedCheck, Step, StepName } from '../results/rows.ts';
import { forget, type Measured, measureInProcess, type TwoUrls } from './measuring-process.ts';
import { STEP_SETTINGS } from './settings.ts';

/** Where and with what a run is measured. */
export interface Bench {
  readonly urls: TwoUrls;
  readonly corpusFolder: string;
  /** Holds the drift catalogue of the pair without a fault. */
  readonly catalogueFolder: string;
  readonly workFolder: string;
  readonly querySeed: number;
  readonly signal: AbortSignal;
}

/** What the steps of a run gave. */
export interface StepsTaken {
  readonly steps: readonly Step[];
  readonly attribution: readonly AttributionRow[];
  readonly referenceRecall: number | null;
}

interface RetrieveOutput {
  readonly verdict: Verdict;
  readonly findings: Findings;
}

interface StepOutcome {
  readonly step: Step;
  readonly findings: Findings | null;
}

/** Measures the short steps, and the long ones where nothing was found; `always` takes them all. */
export async function takeSteps(
  bench: Bench,
  short: readonly StepName[],
  long: readonly StepName[],
  always: boolean,
): Promise<StepsTaken> {
  const taken: StepOutcome[] = [];
  for (const name of short) taken.push(await takeStep(name, bench));
  for (const name of long) {
    if (!always && taken.some(({ step }) => step.failed.length > 0)) break;
    taken.push(await takeStep(name, bench));
  }
  const first = taken.find(({ findings }) => findings !== null)?.findings ?? null;
  return {
    steps: taken.map(({ step }) => step),
    attribution: first === null ? [] : attributionRows(first),
    referenceRecall: first === null ? null : referenceRecall(first),
  };
}

/** Stores what the responses of the pair without a fault differ by. */
export async function storeCatalogue(bench: Bench): Promise<Measured> {
  await mkdir(bench.catalogueFolder, { recursive: true });
  return run('drift', bench, ['--accept']);
}

async function takeStep(name: StepName, bench: Bench): Promise<StepOutcome> {
  const measured = await run(name, bench, []);
  const { exitCode, stderr, seconds } = measured;
  const step = (verdict: string | null, failed: readonly FailedCheck[]): Step => ({
    step: name,
    exitCode,
    verdict,
    failed: [...failed],
    seconds,
  });
  if (exitCode !== 0 && exitCode !== 1 && exitCode !== 3) {
    const refused = refusal(stderr);
    return { step: step(null, refused === null ? [] : [refused]), findings: null };
  }
  if (name === 'drift') {
    return { step: step(exitCode === 0 ? 'pass' : 'fail', changedDrift(stderr)), findings: null };
  }
  if (name === 'load') {
    const { verdict } = JSON.parse(measured.stdout) as {
      verdict: { verdict: string; gates: LoadGate[] };
    };
    return { step: step(verdict.verdict, missedObjectives(verdict.gates)), findings: null };
  }
  const { verdict, findings } = JSON.parse(measured.stdout) as RetrieveOutput;
  return { step: step(verdict.verdict, failedGates(verdict, findings)), findings };
}

async function run(
  name: StepName,
  { urls, corpusFolder, catalogueFolder, workFolder, querySeed, signal }: Bench,
  extra: readonly string[],
): Promise<Measured> {
  const folder = await mkdtemp(join(workFolder, `${name}-`));
  const { config, argv } = STEP_SETTINGS[name];
  await writeFile(join(folder, 'bench.config.json'), JSON.stringify(config));
  const place = name === 'drift' ? ['--results', catalogueFolder] : ['--runs', 'runs'];
  try {
    return await measureInProcess(
      [...argv, '--corpus', corpusFolder, '--seed', String(querySeed), ...place, ...extra],
      urls,
      folder,
      signal,
    );
  } finally {
    await forget(folder);
  }
}

/** The least recall at efSearch = k that the local index reached over the collections. */
function referenceRecall({ k, reference }: Findings): number | null {
  const reached = reference.flatMap(({ curve }) =>
    curve.flatMap(({ efSearch, recall }) => (efSearch === k && recall !== null ? [recall] : [])),
  );
  return reached.length === 0 ? null : Math.min(...reached);
}
