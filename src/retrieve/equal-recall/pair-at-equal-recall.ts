import { UsageError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import { patientPair } from '../../observe/patient-pair.ts';
import type { RunPlan } from '../../observe/plan.ts';
import { openRun } from '../../record/run/open-run.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import type { RunTruth } from '../derive/run-truth.ts';
import type { Job } from '../measure/job.ts';
import { findEfforts } from './find-efforts.ts';
import { EFFORTS_FILE, effortsSchema, type RecordedEfforts } from './record.ts';
import { withEffort } from './with-effort.ts';

/** Both sides, with the efforts at which they have the recall that the configuration asks for, if it does. */
export async function pairAtEqualRecall(
  { config, corpus, progress, signal, resume }: Job,
  {
    pair,
    plan,
    truth,
    writer,
  }: {
    readonly pair: Pair;
    readonly plan: RunPlan;
    readonly truth: RunTruth;
    readonly writer: RunWriter;
  },
): Promise<Pair> {
  const { equalRecall } = config;
  if (equalRecall === undefined) return pair;
  const calm = patientPair(pair);
  const entry = plan.cells.find(({ cell }) => cell === 'search') ?? plan.cells[0];
  if (entry === undefined) return pair;
  const reader = resume === null ? null : await openRun(writer.folder);
  const before = reader === null ? null : await findBefore(reader);
  const efforts =
    before ??
    (await findEfforts({
      pair: calm.pair,
      corpus,
      cell: entry.cell,
      queries: entry.queries,
      truth: truth.queries,
      target: equalRecall,
      k: config.k,
      model: config.model,
      seed: config.seed,
      concurrency: config.quality.concurrency,
      writer,
      recorded: (await reader?.observations('effort')) ?? [],
      progress,
      signal,
    }));
  const { incumbent, candidate } = efforts.sides;
  return {
    incumbent:
      incumbent.effort === null ? pair.incumbent : withEffort(pair.incumbent, incumbent.effort),
    candidate:
      candidate.effort === null ? pair.candidate : withEffort(pair.candidate, candidate.effort),
  };
}

/** The efforts that the run which is gone on with had found. */
async function findBefore(reader: RunReader): Promise<RecordedEfforts | null> {
  return reader.has(EFFORTS_FILE) ? effortsSchema.parse(await reader.json(EFFORTS_FILE)) : null;
}

/**
 * Refuses a comparison at equal recall that has nothing to set.
 * @throws UsageError where no side has a setting of effort that would be set.
 */
export function requireEffort(
  { equalRecall }: Job['config'],
  { incumbent, candidate }: Pair,
): void {
  if (equalRecall === undefined) return;
  const set = equalRecall === 'incumbent' ? [candidate] : [incumbent, candidate];
  if (set.some(({ capabilities }) => capabilities.effort !== null)) return;
  const labels = set.map(({ label }) => label).join(' and ');
  throw new UsageError('equal-recall', `${labels}: no setting of effort to find`, {
    hint: 'equal recall needs a backend whose searches take an effort, such as ef or nprobes',
  });
}
