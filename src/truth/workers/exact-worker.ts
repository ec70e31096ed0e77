import { parentPort, workerData } from 'node:worker_threads';
import { dot } from '../cosine.ts';
import { packLists } from '../engines/pool/pack-lists.ts';
import type { WorkerEnd, WorkerReply, WorkerStart, WorkerTask } from '../engines/pool/protocol.ts';
import type { OpenShard, ShardEngine, ShardSource } from '../engines/pool/shard.ts';
import { openShardEngine } from '../engines/pool/shard-engine.ts';
import { goToWork, isStopped, restFrom } from './worker.ts';

const PROGRESS_STEP = 0.2;
const PROGRESS_EVERY_MS = 100;

const { stop, ...settings } = workerData as WorkerStart;
const shards = new Map<number, OpenShard>();

function reply(message: WorkerReply, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Lets a share through after a step of work or of time: a message costs as much as some rows do. */
function rarely(tell: (share: number) => void): (share: number) => void {
  let told = 0;
  let toldMs = performance.now();
  return (share) => {
    const nowMs = performance.now();
    if (share - told < PROGRESS_STEP && nowMs - toldMs < PROGRESS_EVERY_MS) return;
    told = share;
    toldMs = nowMs;
    tell(share);
  };
}

/** Writes the squared norm of every row; returns the first row that holds NaN or Infinity. */
function square({ dimension, values, squares }: ShardSource): number | null {
  for (let row = 0; row < squares.length; row++) {
    const value = dot(values, row * dimension, values, row * dimension, dimension);
    // Finite float32 values cannot overflow a float64 sum of squares, so this sees every bad value.
    if (!Number.isFinite(value)) return row;
    squares[row] = value;
  }
  return null;
}

/** @throws Error where nobody waits for the work any more */
function checkWanted(): void {
  if (isStopped(stop)) throw new Error('it was asked to stop');
}

async function serve(engine: ShardEngine, task: WorkerTask): Promise<void> {
  const { id, shard } = task;
  goToWork(stop);
  try {
    checkWanted();
    if (task.kind === 'load') {
      const nonFinite = square(task.source);
      if (nonFinite === null) shards.set(shard, engine.open(task.source));
      reply({ kind: 'loaded', id, nonFinite });
    } else if (task.kind === 'unload') {
      shards.get(shard)?.close();
      shards.delete(shard);
      reply({ kind: 'unloaded', id });
    } else {
      const open = shards.get(shard);
      if (open === undefined) throw new Error('the corpus is no longer loaded');
      const tell = rarely((share) => reply({ kind: 'progress', id, share }));
      const answer = await open.search(task.ask, (share) => {
        checkWanted();
        if (task.progress) tell(share);
      });
      const lists = packLists(answer);
      const { queries, lengths, rows, scores } = lists;
      reply({ kind: 'found', id, lists }, [
        queries.buffer,
        lengths.buffer,
        rows.buffer,
        scores.buffer,
      ]);
    }
  } catch (error) {
    reply({ kind: 'failed', id, why: reason(error) });
  } finally {
    restFrom(stop);
  }
}

async function openEngine(): Promise<ShardEngine> {
  goToWork(stop);
  try {
    checkWanted();
    return await openShardEngine(settings);
  } finally {
    restFrom(stop);
  }
}

const opened = openEngine();
let last = opened.then(
  () => reply({ kind: 'ready' }),
  (error: unknown) => reply({ kind: 'unfit', why: reason(error) }),
);
parentPort?.on('message', (task: WorkerTask | WorkerEnd) => {
  last = last.then(async () => (task.kind === 'end' ? process.exit() : serve(await opened, task)));
});
