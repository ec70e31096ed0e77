/** A search too large for one machine, and what a worker of it is. */
export interface LargeSearch {
  readonly name: string;
  readonly documents: number;
  readonly dimension: number;
  readonly queries: number;
  readonly kPrime: number;
  /** Nanoseconds of one core for one document and one query; measured. */
  readonly pairNs: number;
}

/** One worker. */
export interface Machine {
  readonly cores: number;
  /** Bytes a second between the store and this machine. */
  readonly bytesPerSecond: number;
}

/** What a search comes to on paper. */
export interface Cost {
  readonly blocks: number;
  readonly queryBlocks: number;
  readonly shards: number;
  readonly merges: number;
  readonly blockBytes: number;
  /** Seconds of one worker for one shard, without reading. */
  readonly shardSeconds: number;
  /** Seconds of one worker for one merge of 16 lists, without reading. */
  readonly mergeSeconds: number;
  /** The lists of one shard or merge. */
  readonly listBytes: number;
  /** Vectors to the store, vectors read by shards, lists written and read. */
  readonly bytesMoved: { readonly up: number; readonly read: number; readonly lists: number };
  readonly coreHours: number;
  /** Commands that the queue server carries out for one job, times jobs. */
  readonly queueCommands: number;
  /** Of one worker: the block as read, as rows ready for the engine, one batch, and the lists. */
  readonly workerBytes: number;
}

/** As `bench truth` writes vectors: 128 MiB a file. */
const VALUES_PER_BLOCK = 1 << 25;
const QUERIES_PER_BLOCK = 8192;
const FAN_IN = 16;
/** A key of 12 characters with its offset, and a score. */
const ENTRY_BYTES = 12 + 4 + 8;
/** One list of 50 into another: read, decoded, merged, written; measured on one core. */
const MERGE_US = 35;
/** With those inside its scripts, and with those of the coordinator; as `INFO stats` counted them over 204 jobs. */
const COMMANDS_PER_JOB = 44;

/** The cost of a search by arithmetic. */
export function costOf(search: LargeSearch, machine: Machine): Cost {
  const { documents, dimension, queries, kPrime, pairNs } = search;
  const rows = Math.floor(VALUES_PER_BLOCK / dimension);
  const blocks = Math.ceil(documents / rows);
  const queryBlocks = Math.ceil(queries / QUERIES_PER_BLOCK);
  const perBlock = Math.min(queries, Math.ceil(queries / queryBlocks));
  let merges = 0;
  for (let level = blocks; level > 1 || merges === 0; ) {
    level = Math.ceil(level / FAN_IN);
    merges += level;
  }
  const listBytes = perBlock * kPrime * ENTRY_BYTES;
  const blockBytes = rows * dimension * 4;
  const shards = blocks * queryBlocks;
  return {
    blocks,
    queryBlocks,
    shards,
    merges: merges * queryBlocks,
    blockBytes,
    listBytes,
    shardSeconds: (rows * perBlock * pairNs) / 1e9 / machine.cores,
    mergeSeconds: (FAN_IN * perBlock * MERGE_US) / 1e6,
    bytesMoved: {
      up: documents * dimension * 4,
      read: shards * blockBytes,
      lists: 2 * (shards + merges * queryBlocks) * listBytes,
    },
    coreHours: (documents * queries * pairNs) / 1e9 / 3600,
    queueCommands: COMMANDS_PER_JOB * (shards + merges * queryBlocks),
    workerBytes: 2.25 * blockBytes + 2 * listBytes + 0.2e9,
  };
}
