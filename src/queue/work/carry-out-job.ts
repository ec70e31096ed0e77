import type { Job } from 'bullmq';
import type { Encoder } from '../../embed/types.ts';
import type { ExactEngine } from '../../truth/engines/exact-engine.ts';
import { embedShard } from '../embed/embed-shard.ts';
import { reduceSlices } from '../load/load-reduce.ts';
import { sendSlice } from '../load/load-slice.ts';
import type { LoadRights } from '../load/slice-sides.ts';
import { PREFIX, QUEUE, type QueueServer } from '../server/connect.ts';
import type { SharedStore } from '../store/shared-store.ts';
import { reduceLists } from '../truth/truth-reduce.ts';
import { shardSearcher } from '../truth/truth-shard.ts';
import { type JobKind, type JobResult, NotForThisWorker, parseJob } from './jobs.ts';

/** Carries out jobs of every kind, one after another. */
export interface JobRunner {
  /**
   * @throws UsageError `job-refused` for a job that is not carried out, and will not be by trying again
   * @throws NotForThisWorker for a job that another worker can do
   */
  readonly carryOut: (kind: JobKind, job: Job, signal: AbortSignal) => Promise<JobResult>;
  readonly close: () => Promise<void>;
}

/** What jobs are carried out with. */
export interface JobTools {
  readonly server: QueueServer;
  readonly store: SharedStore;
  readonly engine: ExactEngine;
  /** What texts are embedded with; without one none are. */
  readonly encoder?: Encoder | null;
  /** What may be loaded; nothing by default. */
  readonly rights?: LoadRights;
}

const NO_RIGHTS: LoadRights = { origins: new Set(), env: {} };

/** Makes what carries out jobs. */
export function jobRunner(tools: JobTools): JobRunner {
  const { server, store, engine, encoder, rights = NO_RIGHTS } = tools;
  const searcher = shardSearcher(store, engine);
  return {
    carryOut: async (kind, job, signal) => {
      switch (kind) {
        case 'truth-shard':
          return await searcher.carryOut(parseJob(kind, job.data), signal);
        case 'truth-reduce':
          return await reduceLists(store, parseJob(kind, job.data), await childResults(job));
        case 'embed-shard': {
          const data = parseJob(kind, job.data);
          if (encoder?.fingerprint === data.encoder) {
            return await embedShard(data, { store, encoder, signal });
          }
          throw new NotForThisWorker(`${job.name} is for a worker with another encoder`);
        }
        case 'load-slice':
          return await sendSlice(parseJob(kind, job.data), { server, store, rights, signal });
        case 'load-reduce':
          return await reduceSlices(store, parseJob(kind, job.data));
      }
    },
    close: () => searcher.close(),
  };
}

async function childResults(job: Job): Promise<Map<string, JobResult>> {
  const values = await job.getChildrenValues<JobResult>();
  const prefix = `${PREFIX}:${QUEUE}:`;
  return new Map(
    Object.entries(values).map(([key, value]) => [
      key.startsWith(prefix) ? key.slice(prefix.length) : key,
      value,
    ]),
  );
}
