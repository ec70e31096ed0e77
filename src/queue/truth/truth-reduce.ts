import { partMerger } from '../../truth/plan/merge-parts.ts';
import { listsId } from '../../truth/plan/plan.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { type JobData, type JobResult, refusedJob } from '../work/jobs.ts';
import { type BlockRange, childrenOf, isShard, listsJobId } from './reduce-tree.ts';
import { readPlan, readStoredLists, writeStoredLists } from './stored-lists.ts';

/** What the jobs below a merge gave, by their ids. */
export type ChildResults = ReadonlyMap<string, JobResult>;

/**
 * Merges the lists of one block of queries over a range of document blocks. It refuses unless the finished jobs below
 * it are exactly the planned ones, and what lies in the store is what they gave.
 * @throws Error for a set of parts that is not the plan's: lost, counted twice, or another
 */
export async function reduceLists(
  store: SharedStore,
  job: JobData<'truth-reduce'>,
  children: ChildResults,
): Promise<JobResult> {
  const idOf = (child: BlockRange) => listsJobId(isShard(child) ? 'shard' : 'merge', job, child);
  const plan = await readPlan(store, job.plan);
  const queries = plan.queries[job.queryBlock];
  if (queries === undefined || job.from >= job.to || job.to > plan.documents.length) {
    throw refusedJob(`plan ${job.plan} has no such lists to merge`);
  }
  const ranges = childrenOf(job);
  const planned = new Set(ranges.map(idOf));
  const stray = [...children.keys()].filter((id) => !planned.has(id));
  if (stray.length > 0 || children.size !== planned.size) {
    throw new Error(
      `${children.size} parts came where ${planned.size} were planned${stray.length > 0 ? `, and ${stray[0]} is none of them` : ''}`,
    );
  }
  const id = listsId(plan, job.queryBlock, job.from, job.to);
  const kept = await readStoredLists(store, id, queries.rows);
  if (kept !== null) return { sha256: kept.sha256, wasThere: true };
  const { queryBlock } = job;
  const range = { from: 0, count: queries.rows };
  const merger = partMerger([...ranges.keys()], new Map([[queryBlock, range]]), plan.kPrime);
  for (const [at, child] of ranges.entries()) {
    const found = await readStoredLists(
      store,
      listsId(plan, queryBlock, child.from, child.to),
      queries.rows,
    );
    if (found === null) throw new Error(`the lists of blocks ${child.from}–${child.to} are gone`);
    if (found.sha256 !== children.get(idOf(child))?.sha256) {
      throw new Error(`the lists of blocks ${child.from}–${child.to} are not those that were made`);
    }
    merger.add({ documentBlock: at, queryBlock }, found.lists);
  }
  return { sha256: await writeStoredLists(store, id, merger.finish()), wasThere: false };
}
