import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { FlowJob } from 'bullmq';
import { InfrastructureError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import { encodeMasks } from '../../truth/plan/filter-masks.ts';
import { listsId, type TruthPlan } from '../../truth/plan/plan.ts';
import type { CarryOutPlan, PlannedRows, PlannedSearch } from '../../truth/plan/planned-search.ts';
import type { TruthList } from '../../truth/types.ts';
import { PREFIX, QUEUE, type QueueServer } from '../server/connect.ts';
import { countDone, failureOfRun, isDone, keepAlive, workersHere } from '../server/presence.ts';
import { type SharedStore, seal } from '../store/shared-store.ts';
import type { JobData, JobKind } from '../work/jobs.ts';
import { type BlockRange, childrenOf, isShard, listsJobId } from './reduce-tree.ts';
import { readStoredLists, writePlan } from './stored-lists.ts';

const POLL_MS = 100;
/** Times that a job may fail before the whole does. */
const ATTEMPTS = 3;
/** Now and then it is checked that the server still has the flows. */
const TURNS_BETWEEN_CHECKS = 50;
/** Less often than it is counted what is done. */
const TURNS_BETWEEN_LOOKS = 5;

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
    await using _alive = await keepAlive(server.redis, run);
    const roots = plan.queries.map((_, queryBlock) =>
      jobsOf(plan, { run, plan: hash, queryBlock }, { from: 0, to: plan.documents.length }),
    );
    const total = roots.reduce((sum, root) => sum + countJobs(root), 0);
    progress.stage('jobs', total);
    try {
      await untilDone(server, run, roots, progress, signal);
    } finally {
      await forget(server, roots);
    }
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

type FlowNode = NonNullable<FlowJob['children']>[number];
type Names = { readonly run: string; readonly plan: string; readonly queryBlock: number };

/** The jobs that make the lists of one block of queries over a range of document blocks: a tree. */
function jobsOf(plan: TruthPlan, names: Names, range: BlockRange): FlowJob {
  return {
    ...nodeOf('truth-reduce', listsJobId('merge', names, range), { ...names, ...range }),
    children: childrenOf(range).map((child): FlowNode => {
      if (!isShard(child)) return jobsOf(plan, names, child);
      const part = child.from * plan.queries.length + names.queryBlock;
      const data = { run: names.run, plan: names.plan, part };
      return nodeOf('truth-shard', listsJobId('shard', names, child), data);
    }),
  };
}

function nodeOf<Kind extends JobKind>(name: Kind, jobId: string, data: JobData<Kind>) {
  return {
    name,
    queueName: QUEUE,
    prefix: PREFIX,
    data,
    opts: {
      jobId,
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: 1000 },
      failParentOnFailure: true,
      removeOnComplete: true,
      removeOnFail: { age: 86_400 },
    },
  };
}

function countJobs({ children = [] }: FlowNode): number {
  return children.reduce((sum, child) => sum + countJobs(child), 1);
}

/** Declares the flows and waits until every job has said that it is done. */
async function untilDone(
  server: QueueServer,
  run: string,
  roots: readonly FlowJob[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const total = roots.reduce((sum, root) => sum + countJobs(root), 0);
  let told = 0;
  let isLonely = false;
  for (let turn = 0; told < total; turn++) {
    if (turn > 0) await wait(POLL_MS, undefined, { signal });
    if (turn % TURNS_BETWEEN_CHECKS === 0) await declareMissing(server, roots);
    const done = await countDone(server.redis, run);
    progress.tick(done - told);
    told = done;
    if (turn % TURNS_BETWEEN_LOOKS !== 0) continue;
    const failure = await failureOfRun(server.redis, run);
    if (failure !== null) {
      throw new InfrastructureError('queue-job', `a job (${failure.kind}) failed: ${failure.why}`, {
        hint: 'what is finished is kept: fix it, and the same command goes on from there',
      });
    }
    const here = await workersHere(server.redis);
    progress.remark(
      `${here.length} workers${here.map((one) => ` · ${one.name} ${one.done}`).join('')}`,
    );
    if (here.length === 0 && turn > 0 && !isLonely) {
      progress.note('no worker is there yet: start bench worker with the same --queue and --store');
    }
    isLonely = here.length === 0;
  }
  progress.remark('');
}

/** Adds the flows that the server does not have: at the start all, after a restart that lost them some. */
async function declareMissing(
  { queue, flows, redis }: QueueServer,
  roots: readonly FlowJob[],
): Promise<void> {
  for (const root of roots) {
    const id = root.opts?.jobId ?? '';
    if (await isDone(redis, String(root.data.run), id)) continue;
    if ((await queue.getJob(id)) === undefined) await flows.add(root);
  }
}

/** Takes what is left of the flows off the queue; a job that is at work is refused when it is taken up again. */
async function forget({ queue }: QueueServer, roots: readonly FlowJob[]): Promise<void> {
  for (const { opts } of roots) {
    await queue.remove(opts?.jobId ?? '', { removeChildren: true }).catch(() => {});
  }
}
