import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/resolve.ts';
import type { DocumentKey } from '../../corpus/document-key.ts';
import type { Corpus } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import type { Canary } from '../../observe/canaries/canary.ts';
import type { RunPlan } from '../../observe/plan.ts';
import type { UnaskedQueries } from '../../observe/preflight/askable.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { type ResumedRun, resumeRun } from '../../record/run/resume-run.ts';
import { requireSameSides } from '../../record/run/same-sides.ts';
import { declaredClauses } from '../../sides/declared-search.ts';
import { pathOf } from '../../wire/call.ts';
import type { RecordedPlan } from '../record/recorded-run.ts';

/** Name of the file that says what a run set out to ask. */
export const PLAN_FILE = 'plan.json';

/** What a run sets out to do. */
export interface PlannedRun {
  readonly plan: RunPlan;
  readonly leftOut: readonly UnaskedQueries[];
  readonly canaries: readonly Canary[];
  readonly corpus: Corpus;
  readonly backends: Pair;
  readonly config: Config;
  readonly censusKeys: readonly DocumentKey[];
  readonly look: NonNullable<RecordedPlan['look']>;
}

/** What `plan.json` keeps of what a run set out to ask. */
export function planToRecord({
  plan,
  leftOut,
  canaries,
  corpus,
  backends,
  config,
  censusKeys,
  look,
}: PlannedRun): RecordedPlan {
  const otherMetrics = canaries.flatMap((canary): NonNullable<RecordedPlan['otherMetrics']> => {
    if (canary.kind !== 'other-metric') return [];
    const { side, collection, distance } = canary;
    if (side !== 'incumbent' && side !== 'candidate') return [];
    return [{ side, collection, distance }];
  });
  return {
    k: config.k,
    seed: config.seed,
    corpus: corpus.hashes,
    cells: plan.cells.map(({ cell, queries }) => ({
      cell,
      ...(config.quality.sequential
        ? {
            planned: {
              needs: new Set(queries.map((query) => query.need)).size,
              queries: queries.length,
            },
          }
        : {}),
      incumbentPath: pathOf(backends.incumbent, cell),
      candidatePath: pathOf(backends.candidate, cell),
    })),
    queryIds: plan.queries.map((query) => query.id),
    censusKeys: [...censusKeys],
    throughputConcurrency: config.throughput.concurrency,
    look,
    ...truthOf(config),
    ...(leftOut.length === 0 ? {} : { leftOut: [...leftOut] }),
    ...(otherMetrics.length === 0 ? {} : { otherMetrics }),
  };
}

function truthOf({ truth, searchUses }: Config): Pick<RecordedPlan, 'truth'> {
  const declared = [
    ...declaredClauses(searchUses),
    ...(truth === 'stored' ? ['the vectors that its store lists'] : []),
  ];
  if (truth === 'exact' && declared.length === 0) return {};
  const { metric } = searchUses;
  return { truth: { source: truth, declared, ...(metric === null ? {} : { metric }) } };
}

/**
 * Goes on with a run, if it set out to ask the same backends what would be asked now; one that was killed before it
 * had a plan takes this one.
 * @throws UsageError where it did not, and as `resumeRun` does
 */
export async function resumeSamePlan(
  folder: string,
  plan: RecordedPlan,
  facts: Pick<ManifestInput, 'backends' | 'dialects' | 'config'>,
): Promise<ResumedRun> {
  return await resumeRun(folder, {
    kind: 'retrieve',
    check: async (reader) => {
      const { description } = reader;
      if (description !== null) requireSameSides(folder, description, facts);
      if (reader.has(PLAN_FILE)) requireSamePlan(folder, await reader.json(PLAN_FILE), plan);
    },
  });
}

function requireSamePlan(folder: string, before: unknown, now: RecordedPlan): void {
  if (isDeepStrictEqual(before, JSON.parse(JSON.stringify(now)))) return;
  throw new UsageError('resume-plan', `${folder} set out to ask something else`, {
    hint: 'go on with the corpus, the seed and the flags that the run was started with',
  });
}
