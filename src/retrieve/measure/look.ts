import { join } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { spendsLook, type Verdict } from '../../gate/verdict.ts';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import { nextLook, questionOf, settleLook } from '../../logs/looks/look-log.ts';
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
  return `look ${number} at this question, which other runs left open: each gate is judged at α = ${Number(alpha.toPrecision(2))}`;
}

/**
 * The answer of a run at the look that it turns out to be, and its plan with that look. Where the answer leaves the
 * question open, or closes it, the log of looks remembers it.
 * @throws UsageError where another run has meanwhile spent all that may be spent.
 */
export async function judgedAtItsLook(
  config: Config,
  plan: RecordedPlan,
  judge: (plan: RecordedPlan) => Verdict,
  of: { readonly run: string; readonly at: string },
): Promise<{ readonly plan: RecordedPlan; readonly verdict: Verdict }> {
  const first = judge(plan);
  if (plan.look === undefined || stateOf(first) === null) return { plan, verdict: first };
  const { question, ...planned } = plan.look;
  const { answer } = await settleLook(
    logOf(config),
    { question, ...of, looks: config.looks, planned },
    (look) => {
      const own = look === planned ? plan : { ...plan, look: { question, ...look } };
      const verdict = own === plan ? first : judge(own);
      return { answer: { plan: own, verdict }, state: stateOf(verdict) };
    },
  );
  return answer;
}

/** What a verdict makes of its question; null where it is no look at it. */
function stateOf(verdict: Verdict): 'pass' | 'fail' | 'inconclusive' | null {
  const { state } = verdict;
  if (state === 'pass' || state === 'fail') return state;
  return spendsLook(verdict) ? 'inconclusive' : null;
}
