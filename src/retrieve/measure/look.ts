import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/resolve.ts';
import type { GatesConfig } from '../../config/schema.ts';
import { UsageError } from '../../errors.ts';
import { contractClaims } from '../../gate/gates/contract-gate.ts';
import { type GateResult, sampledClaims, spendsLook, type Verdict } from '../../gate/verdict.ts';
import { evidenceOfManifest } from '../../logs/evidence/run-evidence.ts';
import {
  type LookingRun,
  nextLook,
  questionOf,
  requireUnspent,
  settleLook,
} from '../../logs/looks/look-log.ts';
import type { Findings } from '../../parity/findings.ts';
import type { ManifestInput, OverCorpus } from '../../record/run/manifest.ts';
import { openResumable } from '../../record/run/resume-run.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { withoutUrlSecrets } from '../../secrets/urls.ts';
import { ALPHA, isOnlyLook } from '../../stats/decisions/spent-alpha.ts';
import { type RecordedPlan, runPlanSchema } from '../record/recorded-run.ts';
import type { Job } from './job.ts';
import { PLAN_FILE } from './recorded-plan.ts';

/** Which look a run is, at which question. */
export type RunLook = NonNullable<RecordedPlan['look']>;

/** The looks at questions, beside the runs that looked. */
function logIn(runs: string): string {
  return join(runs, 'looks.jsonl');
}

/** The same of a run that is there: it may be gone on with from elsewhere, and through a link. */
async function logBeside(runFolder: string): Promise<string> {
  return logIn(dirname(await realpath(runFolder)));
}

/** What tells a candidate from others of the same software. */
export function nameOfCandidate({ candidate }: Pick<Config, 'candidate'>): string {
  return candidate.backend?.label ?? withoutUrlSecrets(candidate.url ?? '');
}

/**
 * Which look a run is: the next one at its question, or the one that it was when it was begun.
 * @throws UsageError where all that may be spent is spent, and where a run that was begun as one of several looks is to
 *   be the only one.
 */
export async function lookOfRun(
  {
    config,
    declared,
    resume,
    isOneOfSeveral,
  }: Pick<Job, 'config' | 'declared' | 'resume' | 'isOneOfSeveral'>,
  manifest: OverCorpus<ManifestInput>,
): Promise<RunLook> {
  const candidate = nameOfCandidate(config);
  if (resume !== null) {
    const reader = await openResumable(resume);
    if (reader?.has(PLAN_FILE) === true) {
      const plan = runPlanSchema.safeParse(await reader.json(PLAN_FILE));
      const look = plan.data?.look;
      if (look !== undefined) {
        if (config.looks === 'one' && !isOnlyLook(look)) {
          throw new UsageError('resume-looks', `${resume} was begun as one of several looks`, {
            hint: "leave out looks: 'one', or start a new run",
          });
        }
        // Before anything is asked that nobody may judge.
        const { question, ...planned } = look;
        const own = { run: reader.id, journal: journalLines(reader), candidate };
        await requireUnspent(await logBeside(resume), { question, planned, ...own });
        return look;
      }
    }
  }
  const question = questionOf(evidenceOfManifest(manifest), {
    build: config.build,
    truth: [config.truth, ...declared],
  });
  const log = resume === null ? logIn(config.runs) : await logBeside(resume);
  const look = await nextLook(log, question, config.looks, candidate);
  return { question, ...look, ...(isOneOfSeveral ? { isOneOfSeveral } : {}) };
}

/** The journal of a run as a log of looks knows it again. */
export function journalLines({ journal }: Pick<RunReader, 'journal'>): string[] {
  return journal.map((line) => JSON.stringify(line));
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
  { folder, judged, ...of }: JudgedLook,
): Promise<{ readonly plan: RecordedPlan; readonly verdict: Verdict }> {
  const first = judge(plan);
  if (plan.look === undefined || stateOf(first) === null) return { plan, verdict: first };
  const { look: counted } = plan;
  const { question, isOneOfSeveral, ...planned } = counted;
  const run = { question, isOneOfSeveral, ...of, planned };
  const { answer } = await settleLook(await logBeside(folder), run, (look) => {
    const own = look === planned ? plan : { ...plan, look: { ...counted, ...look } };
    const verdict = own === plan ? first : judge(own);
    const tolerated = toleratedBy(verdict, judged, plan.k);
    return { answer: { plan: own, verdict }, state: stateOf(verdict), tolerated };
  });
  return answer;
}

/** A run that is judged, and by what. */
interface JudgedLook extends LookingRun {
  readonly at: string;
  readonly folder: string;
  readonly candidate: string;
  readonly judged: { readonly findings: Pick<Findings, 'cells'>; readonly gates: GatesConfig };
}

/** What a verdict makes of its question; null where it is no look at it: an interrupted run may yet end otherwise. */
function stateOf(verdict: Verdict): 'pass' | 'fail' | 'inconclusive' | null {
  const { state, reasons } = verdict;
  if (reasons.some(({ type }) => type === 'interrupted')) return null;
  if (state === 'pass' || state === 'fail') return state;
  return spendsLook(verdict) ? 'inconclusive' : null;
}

/**
 * What is tolerated of each claim that rests on a sample; where the verdict is a fail, of those that failed. Each kind of
 * violation is a claim of its own: one that was declared is tolerated at any rate.
 */
function toleratedBy(
  { state, look, gates }: Verdict,
  { findings, gates: configured }: JudgedLook['judged'],
  k: number,
): Record<string, number> {
  const isTold = (claim: Pick<GateResult, 'state'>) => state !== 'fail' || claim.state === 'fail';
  return Object.fromEntries(
    sampledClaims(gates).flatMap((gate): [string, number][] => {
      const { kind, cell, slice, margin } = gate;
      if (!isTold(gate)) return [];
      if (kind.type === 'contract') {
        return findings.cells
          .filter((finding) => finding.cell === cell)
          .flatMap((finding) => contractClaims(finding, configured, look?.alpha ?? ALPHA))
          .filter(isTold)
          .map((claim) => [
            JSON.stringify([{ ...kind, violation: claim.kind }, cell, slice, k]),
            claim.margin,
          ]);
      }
      if (margin === null) return [];
      // A floor tolerates less, the higher it is.
      const much = kind.type === 'floor' ? -margin : margin;
      return [[JSON.stringify([kind, cell, slice, k]), much]];
    }),
  );
}
