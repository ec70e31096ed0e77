import { counted } from '../../counted.ts';
import { vectorCodec } from '../../record/tables/vector-table.ts';
import type { VectorTable } from '../../record/types.ts';
import type { ExactEngine, ExactIndex } from '../../truth/engines/exact-engine.ts';
import { openIndex } from '../../truth/engines/first-usable.ts';
import { metricSpace } from '../../truth/metric-space.ts';
import { decodeMasks, type FilterMasks } from '../../truth/plan/filter-masks.ts';
import { listsId, type PlannedBlock, type TruthPlan } from '../../truth/plan/plan.ts';
import { searchPart } from '../../truth/plan/search-part.ts';
import { type SharedStore, unseal } from '../store/shared-store.ts';
import { readHashed } from '../work/hashed-object.ts';
import { type JobData, type JobResult, refusedJob } from '../work/jobs.ts';
import { readPlan, readStoredLists, writeStoredLists } from './stored-lists.ts';

/** Carries out shards one after another, and keeps the block of documents that was used last. */
export interface ShardSearcher {
  /** @throws UsageError `job-refused` for a shard that is not of its plan, or a store that was changed */
  readonly carryOut: (job: JobData<'truth-shard'>, signal: AbortSignal) => Promise<JobResult>;
  readonly close: () => Promise<void>;
}

interface OpenBlock {
  readonly key: string;
  readonly index: ExactIndex;
}

/** @param engine asked once a job at most; it is not closed here */
export function shardSearcher(store: SharedStore, engine: ExactEngine): ShardSearcher {
  let plan: { readonly hash: string; readonly plan: TruthPlan } | null = null;
  let open: OpenBlock | null = null;
  const planOf = async (hash: string): Promise<TruthPlan> => {
    if (plan?.hash !== hash) plan = { hash, plan: await readPlan(store, hash) };
    return plan.plan;
  };
  const indexOf = async (of: TruthPlan, block: PlannedBlock): Promise<ExactIndex> => {
    const key = JSON.stringify([block.sha256, of.metric, of.longestSquare]);
    if (open?.key === key) return open.index;
    await open?.index.close();
    open = null;
    const rows = spaceOf(of).documents(await readBlock(store, block, of.dimension));
    open = { key, index: await openIndex(engine, rows) };
    return open.index;
  };
  return {
    carryOut: async (job, signal) => {
      const of = await planOf(job.plan);
      const part = of.parts[job.part];
      const documents = of.documents[part?.documentBlock ?? -1];
      const queries = of.queries[part?.queryBlock ?? -1];
      if (part === undefined || documents === undefined || queries === undefined) {
        throw refusedJob(`plan ${job.plan} has no part ${job.part}`);
      }
      const { documentBlock, queryBlock, filterId } = part;
      const id = listsId(of, queryBlock, documentBlock, documentBlock + 1);
      const kept = await readStoredLists(store, id, queries.rows);
      if (kept !== null) return { sha256: kept.sha256, wasThere: true };
      const masks =
        filterId === null ? null : await readMasks(store, filterId, documents.rows, queries.rows);
      const asked = spaceOf(of).queries(await readBlock(store, queries, of.dimension));
      const index = await indexOf(of, documents);
      const lists = await searchPart({ index, queries: asked, kPrime: of.kPrime, masks, signal });
      return { sha256: await writeStoredLists(store, id, lists), wasThere: false };
    },
    close: async () => {
      await open?.index.close();
      open = null;
    },
  };
}

function spaceOf({ metric, longestSquare }: TruthPlan) {
  return metricSpace(metric, longestSquare ?? 1);
}

/** @throws UsageError `job-refused` where the block is missing, has other bytes than its hash, or other rows. */
async function readBlock(
  store: SharedStore,
  { sha256, rows }: PlannedBlock,
  dimension: number,
): Promise<VectorTable> {
  const bytes = await readHashed(store, { kind: 'blocks', hash: sha256 }, 'block');
  let table: VectorTable;
  try {
    table = vectorCodec.decode(bytes, rows);
  } catch {
    throw refusedJob(`block ${sha256} does not hold ${counted(rows, 'row')} of vectors`);
  }
  if (table.dimension === dimension) return table;
  throw refusedJob(`block ${sha256} has ${table.dimension} dimensions instead of ${dimension}`);
}

async function readMasks(
  store: SharedStore,
  filterId: string,
  rows: number,
  queries: number,
): Promise<FilterMasks> {
  const sealed = await store.get({ kind: 'filters', hash: filterId });
  const found = sealed === null ? null : unseal(sealed);
  if (found === null) throw refusedJob(`filter ${filterId} is missing or damaged`);
  try {
    return decodeMasks(found.bytes, rows, queries);
  } catch {
    throw refusedJob(
      `filter ${filterId} is not of ${counted(rows, 'row')} and ${counted(queries, 'query', 'queries')}`,
    );
  }
}
