import { randomUUID } from 'node:crypto';
import type { FlowJob } from 'bullmq';
import { InfrastructureError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import { encodeMasks } from '../../truth/plan/filter-masks.ts';
import { listsId, type TruthPlan } from '../../truth/plan/plan.ts';
import type { CarryOutPlan, PlannedRows, PlannedSearch } from '../../truth/plan/planned-search.ts';
import type { TruthList } from '../../truth/types.ts';
import type { QueueServer } from '../server/connect.ts';
import { type SharedStore, seal } from '../store/shared-store.ts';
import { type JobNode, jobNode, runJobs } from '../work/run-jobs.ts';
import { type BlockRange, childrenOf, isShard, listsJobId } from './reduce-tree.ts';
import { readStoredLists, writePlan } from './stored-lists.ts';

/**
 * Carries out plans through a queue: blocks, filters and plan go to the store, one flow a block of queries to the
 * server (shards below merges), and the merged lists come back from the store. Lists that are there already are used.
 *
 * @throws InfrastructureError with the reason of a job that failed three times, or that was refused
 */
export function carryOutOnQueue(server: QueueServer, store: SharedStore): CarryOutPlan {
  return async (search, { progress, signal }) => {
    const run = randomUUID();
    const hash = await upload(search, store, progress, signal);
    const { plan } = search;
    const roots = plan.queries.map((_, queryBlock) =>
      jobsOf(plan, { run, plan: hash, queryBlock }, { from: 0, to: plan.documents.length }),
    );
    progress.note(await runJobs(server, run, roots, { progress, signal }));
    const lists: TruthList[] = [];
    for (const [queryBlock, { rows }] of plan.queries.entries()) {
      const id = listsId(plan, queryBlock, 0, plan.documents.length);
      const found = await readStoredLists(store, id, rows);
      if (found === null) {
        throw new InfrastructureError('queue-lists', `${store.label}: merged lists are gone`, {
          hint: 'the same command makes them again',
        });
      }
      for (const list of found.lists) lists.push(list);
    }
    return lists;
  };
}

/** Puts what the plan names into the store. @returns the name of the plan there */
async function upload(
  { plan, documents, queries, masks }: PlannedSearch,
  store: SharedStore,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const put = async ({ sha256, readBytes, rowCount }: PlannedRows) => {
    signal.throwIfAborted();
    const name = { kind: 'blocks', hash: sha256 } as const;
    if (!(await store.has(name))) await store.putOnce(name, await readBytes());
    progress.tick(rowCount);
  };
  const all = [...documents, ...queries];
  progress.stage(
    'vectors to the store',
    all.reduce((sum, { rowCount }) => sum + rowCount, 0),
  );
  for (const rows of all) await put(rows);
  for (const part of plan.parts) {
    if (part.filterId === null) continue;
    signal.throwIfAborted();
    const name = { kind: 'filters', hash: part.filterId } as const;
    if (!(await store.has(name))) await store.putOnce(name, seal(encodeMasks(masks(part))));
  }
  return await writePlan(store, plan);
}

type Names = { readonly run: string; readonly plan: string; readonly queryBlock: number };

/** The jobs that make the lists of one block of queries over a range of document blocks: a tree. */
function jobsOf(plan: TruthPlan, names: Names, range: BlockRange): FlowJob {
  return {
    ...jobNode('truth-reduce', listsJobId('merge', names, range), { ...names, ...range }),
    children: childrenOf(range).map((child): JobNode => {
      if (!isShard(child)) return jobsOf(plan, names, child);
      const part = child.from * plan.queries.length + names.queryBlock;
      const data = { run: names.run, plan: names.plan, part };
      return jobNode('truth-shard', listsJobId('shard', names, child), data);
    }),
  };
}
