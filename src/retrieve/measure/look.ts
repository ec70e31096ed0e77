import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import { sampledClaims, spendsLook, type Verdict } from '../../gate/verdict.ts';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import { type LookingRun, nextLook, questionOf, settleLook } from '../../logs/looks/look-log.ts';
import type { ManifestInput, OverCorpus } from '../../record/run/manifest.ts';
import { openResumable } from '../../record/run/resume-run.ts';
import { declaredClauses } from '../../sides/declared-search.ts';
import { isOnlyLook } from '../../stats/decisions/spent-alpha.ts';
import { type RecordedPlan, runPlanSchema } from '../record/recorded-run.ts';
import { PLAN_FILE } from './recorded-plan.ts';

/** Which look a run is, at which question. */
export type RunLook = NonNullable<RecordedPlan['look']>;

/** The looks at questions, beside the runs that looked. */
function logIn(runs: string): string {
  return join(runs, 'looks.jsonl');
}

/** The same of a run that is there: it may be gone on with from elsewhere. */
function logBeside(runFolder: string): string {
  return logIn(dirname(resolve(runFolder)));
}

/**
 * Which look a run is: the next one at its question, or the one that it was when it was begun.
 * @throws UsageError where all that may be spent is spent, and where a run that was begun as one of several looks is to
 *   be the only one.
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
      const look = plan.data?.look;
      if (look !== undefined) {
        if (config.looks !== 'one' || isOnlyLook(look)) return look;
        throw new UsageError('resume-looks', `${resume} was begun as one of several looks`, {
          hint: "leave out looks: 'one', or start a new run",
        });
      }
    }
  }
  const question = questionOf(evidenceOfManifest(manifest), {
    build: config.build,
    truth: [config.truth, ...declaredClauses(config.searchUses)],
  });
  const log = resume === null ? logIn(config.runs) : logBeside(resume);
  return { question, ...(await nextLook(log, question, config.looks)) };
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
  plan: RecordedPlan,
  judge: (plan: RecordedPlan) => Verdict,
  { folder, ...of }: LookingRun & { readonly at: string; readonly folder: string },
): Promise<{ readonly plan: RecordedPlan; readonly verdict: Verdict }> {
  const first = judge(plan);
  if (plan.look === undefined || stateOf(first) === null) return { plan, verdict: first };
  const { question, ...planned } = plan.look;
  const { answer } = await settleLook(logBeside(folder), { question, ...of, planned }, (look) => {
    const own = look === planned ? plan : { ...plan, look: { question, ...look } };
    const verdict = own === plan ? first : judge(own);
    const tolerated = toleratedBy(verdict, plan.k);
    return { answer: { plan: own, verdict }, state: stateOf(verdict), tolerated };
  });
  return answer;
}

/** What a verdict makes of its question; null where it is no look at it. */
function stateOf(verdict: Verdict): 'pass' | 'fail' | 'inconclusive' | null {
  const { state } = verdict;
  if (state === 'pass' || state === 'fail') return state;
  return spendsLook(verdict) ? 'inconclusive' : null;
}

/** What is tolerated of each claim that rests on a sample; where the verdict is a fail, of those that failed. */
function toleratedBy({ state, gates }: Verdict, k: number): Record<string, number> {
  return Object.fromEntries(
    sampledClaims(gates).flatMap(({ kind, cell, slice, margin, ...gate }) => {
      if (margin === null || (state === 'fail' && gate.state !== 'fail')) return [];
      // A floor tolerates less, the higher it is.
      const much = kind.type === 'floor' ? -margin : margin;
      return [[JSON.stringify([kind, cell, slice, k]), much] as const];
    }),
  );
}
