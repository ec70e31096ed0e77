import { UsageError } from '../../errors.ts';
import { ask, mapConcurrently } from '../../observe/ask.ts';
import { ingestAll } from '../../observe/ingest.ts';
import type { RunPlan } from '../../observe/plan.ts';
import { describeCollections } from '../../observe/preflight/describe.ts';
import type { JournalEvent } from '../../record/run/journal.ts';
import { openRun } from '../../record/run/open-run.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { type CandidateBuilds, candidateBuilds } from '../../sides/candidate-builds.ts';
import type { Backend } from '../../wire/backend.ts';
import { patient } from '../../wire/pace/patient.ts';
import type { Job } from '../measure/job.ts';

/** A collection of a build that was filled, as the journal holds it. */
interface FilledBefore {
  readonly side: unknown;
  readonly collection: unknown;
}

/**
 * Refuses rebuilds that cannot be made.
 * @throws UsageError where the candidate is not named by a URL, or recall is set equal at the same time.
 */
export function requireRebuildable({ rebuild, candidate, equalRecall }: Job['config']): void {
  if (rebuild === undefined) return;
  if (candidate.url === null) {
    throw new UsageError('rebuild', 'the candidate is not named by a URL', {
      hint: "name it with {build} in its path or table: --candidate 'hnsw://index-{build}?m=8'",
    });
  }
  if (equalRecall !== undefined) {
    throw new UsageError('rebuild', 'rebuild and equalRecall answer different questions', {
      hint: 'ask for one of them',
    });
  }
}

/**
 * Builds the candidate anew, as often as the configuration says, each time with the documents in another order, and
 * asks every query of each build once. Nothing is dropped: each build has an index of its own. A run that is gone on
 * with asks what is left, of the index that it filled where that is still there.
 * @throws UsageError where a build is not empty to begin with.
 */
export async function rebuildCandidate(
  job: Job,
  { plan, writer }: { readonly plan: RunPlan; readonly writer: RunWriter },
): Promise<void> {
  const { config, signal } = job;
  const { rebuild } = config;
  if (rebuild === undefined || signal.aborted) return;
  const filled = job.resume === null ? [] : filledBefore((await openRun(writer.folder)).journal);
  const builds: CandidateBuilds = await candidateBuilds(config);
  try {
    for (let build = 1; build <= rebuild && !signal.aborted; build++) {
      const done = plan.cells.every(({ cell }) =>
        writer.hasBlock({ phase: 'build', cell, arm: 'B', block: build }),
      );
      if (done) continue;
      const opened = builds.open(build);
      try {
        await fill(job, opened.backend, build, { writer, filled });
        await askBuild(job, opened.backend, build, { plan, writer });
      } finally {
        await opened.close();
      }
    }
  } finally {
    await builds.close();
  }
}

async function fill(
  { config, corpus, resume, progress, signal }: Job,
  backend: Backend,
  build: number,
  { writer, filled }: { readonly writer: RunWriter; readonly filled: readonly FilledBefore[] },
): Promise<void> {
  const name = `build ${build}`;
  const before = await describeCollections(backend, name, corpus.collections, signal);
  const full = Object.entries(before).find(([, { count }]) => count !== 0);
  const isFilled = corpus.collections.every(
    (collection) =>
      before[collection.name]?.count === collection.documents.length &&
      filled.some((entry) => entry.side === name && entry.collection === collection.name),
  );
  if (isFilled) return;
  if (full !== undefined) {
    throw new UsageError(
      'rebuild-not-empty',
      `${name} ${backend.label}: collection ${full[0]} holds ${full[1].count ?? 'unknown'} documents`,
      {
        hint:
          resume === null
            ? 'put {build} into its path, table or key, and remove what earlier runs have built'
            : 'the run was stopped before it had filled this build: remove its index, and go on',
      },
    );
  }
  const options = { ingest: 'if-empty' as const, force: false, progress, signal };
  const ingested = await ingestAll([{ name, backend }], corpus, {
    ...options,
    orderSeed: config.seed + build,
  });
  for (const entry of ingested) await writer.appendJournal({ event: 'ingested', ...entry });
}

/** The builds that the journal of a run says were filled. */
function filledBefore(journal: readonly JournalEvent[]): FilledBefore[] {
  return journal.flatMap(({ event, side, collection }) =>
    event === 'ingested' ? [{ side, collection }] : [],
  );
}

async function askBuild(
  { config, progress, signal }: Job,
  backend: Backend,
  build: number,
  { plan, writer }: { readonly plan: RunPlan; readonly writer: RunWriter },
): Promise<void> {
  const calm = patient(backend).backend;
  const pair = { incumbent: calm, candidate: calm };
  const { k, model, quality } = config;
  for (const { cell, queries } of plan.cells) {
    const key = { phase: 'build', cell, arm: 'B', block: build } as const;
    if (writer.hasBlock(key)) continue;
    progress.stage(`recall of build ${build}`, queries.length);
    const place = { ...key, pair: 0 };
    const rows = await mapConcurrently(
      queries,
      quality.concurrency,
      signal,
      async (query, sequence) => {
        const at = { ...place, sequence, firstTouch: false };
        const row = await ask(pair, query, at, { k, model, originMs: 0, signal });
        progress.tick(1);
        return row;
      },
    );
    if (signal.aborted) return;
    await writer.writeObservations(key, rows);
  }
}
