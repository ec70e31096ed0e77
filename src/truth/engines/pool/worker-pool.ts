import type { Worker } from 'node:worker_threads';
import { InfrastructureError } from '../../../errors.ts';
import {
  raiseStop,
  type StopFlag,
  startWorker,
  stopFlag,
  threadEnd,
} from '../../workers/worker.ts';
import type {
  WorkerEnd,
  WorkerReply,
  WorkerSettings,
  WorkerStart,
  WorkerTask,
} from './protocol.ts';

type TaskReply = Extract<WorkerReply, { kind: 'loaded' | 'unloaded' | 'found' }>;

/** A task without the id that the pool gives it. */
type NewTask = WorkerTask extends infer Task
  ? Task extends WorkerTask
    ? Omit<Task, 'id'>
    : never
  : never;

interface Waiting {
  readonly resolve: (reply: TaskReply) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: ((share: number) => void) | undefined;
}

/** Threads that run one engine; each works through its tasks in turn. */
export interface WorkerPool {
  /** Starts the threads, where they do not run, and waits for their self-tests. */
  readonly start: () => Promise<void>;
  /** Puts a task to one thread. */
  readonly run: (
    thread: number,
    task: NewTask,
    onProgress?: (share: number) => void,
  ) => Promise<TaskReply>;
  /**
   * Asks the threads to end and waits for them: at most for the block that they multiply. What they have not finished
   * fails; the next start begins anew.
   */
  readonly stop: () => Promise<void>;
}

/** Threads started together; they share their fate. */
interface Crew {
  readonly workers: readonly Worker[];
  readonly ready: Promise<unknown>;
  readonly waiting: Map<number, Waiting>;
  readonly stop: StopFlag;
}

/** @throws InfrastructureError `truth.NAME` from `start` and `run` where the engine cannot be used */
export function workerPool(threads: number, settings: WorkerSettings): WorkerPool {
  const name = settings.engine;
  let crew: Crew | null = null;
  let lastId = 0;
  let stopping: Promise<unknown> = Promise.resolve();

  function failure(why: string, cause?: unknown): InfrastructureError {
    return new InfrastructureError(`truth.${name}`, `exact search by ${name}: ${why}`, {
      hint:
        name === 'wasm'
          ? 'WebAssembly with 128-bit vectors and room for the quantised rows is needed'
          : 'onnxruntime-node must be installed with its library for this machine',
      cause,
    });
  }

  function start(): Crew {
    const waiting: Crew['waiting'] = new Map();
    const stop = stopFlag();
    const workers = Array.from({ length: threads }, () =>
      startWorker('exact-worker', { ...settings, stop } satisfies WorkerStart),
    );
    // Without one of them no search can end: the first that fails takes the others with it.
    const fail = (error: InfrastructureError) => {
      if (crew === own) crew = null;
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
      end(own);
    };
    const ready = workers.map((worker) => listen(worker, waiting, failure, fail));
    const own: Crew = { workers, ready: Promise.all(ready), waiting, stop };
    own.ready.catch(() => {});
    return own;
  }

  async function running(): Promise<Crew> {
    crew ??= start();
    const now = crew;
    await now.ready;
    return now;
  }

  /** Asks threads to end, after a self-test that they are at. */
  function end({ workers, stop }: Pick<Crew, 'workers' | 'stop'>): void {
    raiseStop(stop);
    for (const worker of workers) worker.postMessage({ kind: 'end' } satisfies WorkerEnd);
  }

  return {
    start: async () => {
      await running();
    },
    run: async (thread, task, onProgress) => {
      // Threads that have ended keep no shard.
      if (task.kind === 'unload' && crew === null) return { kind: 'unloaded', id: 0 };
      const { workers, waiting } = await running();
      const worker = workers[thread];
      if (worker === undefined) throw new RangeError(`thread ${thread} of ${workers.length}`);
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<TaskReply>();
      waiting.set(id, { resolve, reject, onProgress });
      worker.postMessage({ ...task, id });
      return promise;
    },
    stop: async () => {
      if (crew !== null) {
        const { workers } = crew;
        stopping = Promise.all([stopping, ...workers.map(threadEnd)]);
        end(crew);
        crew = null;
      }
      await stopping;
    },
  };
}

/** Hands a thread's replies to whom they belong; resolves when its self-test has passed. */
function listen(
  worker: Worker,
  waiting: Crew['waiting'],
  failure: (why: string, cause?: unknown) => InfrastructureError,
  onFailure: (error: InfrastructureError) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: InfrastructureError) => {
    reject(error);
    onFailure(error);
  };
  worker.on('message', (reply: WorkerReply) => {
    if (reply.kind === 'ready') return resolve();
    if (reply.kind === 'unfit') return fail(failure(reply.why));
    const one = waiting.get(reply.id);
    if (reply.kind === 'progress') return one?.onProgress?.(reply.share);
    waiting.delete(reply.id);
    if (reply.kind === 'failed') return one?.reject(failure(reply.why));
    one?.resolve(reply);
  });
  worker.on('error', (cause) =>
    fail(failure(cause instanceof Error ? cause.message : 'crashed', cause)),
  );
  worker.on('exit', () => fail(failure('its thread ended')));
  return promise;
}
