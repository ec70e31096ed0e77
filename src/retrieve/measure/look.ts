import { join } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { spendsLook, type Verdict } from '../../gate/verdict.ts';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import { nextLook, questionOf, rememberLook } from '../../logs/looks/look-log.ts';
import type { ManifestInput, OverCorpus } from '../../record/run/manifest.ts';
import { openResumable } from '../../record/run/resume-run.ts';
import { declaredClauses } from '../../sides/declared-search.ts';
import { type RecordedPlan, runPlanSchema } from '../record/recorded-run.ts';
import { PLAN_FILE } from './recorded-plan.ts';

/** Which look a run is, at which question. */
export type RunLook = NonNullable<RecordedPlan['look']>;

/** The looks at questions, beside the runs that looked. */
function logOf({ runs }: Pick<Config, 'runs'>): string {
  return join(runs, 'looks.jsonl');
}

/**
 * Which look a run is: the next one at its question, or the one that it was when it was begun.
 * @throws UsageError where all that may be spent is spent.
 */
export async function lookOfRun(
  config: Config,
  manifest: OverCorpus<ManifestInput>,
  resume: string | null,
): Promise<RunLook> {
  if (resume !== null) {
    const reader = await openResumable(resume);
    if (reader?.has(PLAN_FILE) === true) {
      const plan = runPlanSchema.safeParse(await reader.json(PLAN_FILE));
      if (plan.data?.look !== undefined) return plan.data.look;
    }
  }
  const question = questionOf(evidenceOfManifest(manifest), {
    build: config.build,
    truth: [config.truth, ...declaredClauses(config.searchUses)],
  });
  return { question, ...(await nextLook(logOf(config), question, config.looks)) };
}

/** One line about a look that is not the first. */
export function againLine({ number, alpha }: RunLook): string {
  return `look ${number} at this question, which earlier runs left open: each gate is judged at α = ${Number(alpha.toPrecision(2))}`;
}

/** Remembers what became of the question, where the verdict leaves it open or closes it. */
export async function rememberVerdict(
  config: Config,
  { look }: RecordedPlan,
  verdict: Verdict,
  of: { readonly run: string; readonly at: string },
): Promise<void> {
  const { state } = verdict;
  const isDecided = state === 'pass' || state === 'fail';
  if (look === undefined || !(isDecided || spendsLook(verdict))) return;
  await rememberLook(logOf(config), {
    question: look.question,
    ...of,
    state: isDecided ? state : 'inconclusive',
    only: config.looks === 'one',
  });
}
