import type { Worker } from 'node:worker_threads';
import { InfrastructureError } from '../../errors.ts';
import { startWorker } from '../workers/worker.ts';
import type { ExactEngine, ExactInput, ExactResult } from './exact-engine.ts';
import type { Float32Reply, Float32Task, Float32Tuning } from './float32-protocol.ts';
import { exactResult, prepareExact } from './prepare.ts';

type Done = Extract<Float32Reply, { kind: 'done' }>;

interface Waiting {
  readonly resolve: (done: Done) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: ((share: number) => void) | undefined;
}

const DEFAULT_TUNING: Float32Tuning = {
  rowsPerBlock: 8192,
  queriesPerBlock: 256,
  pad: 16,
  smallWork: 4e6,
};

/**
 * Exact lists by a float32 matrix product in onnxruntime, in a worker thread of its own, with a proof
 * of completeness and float64 scores: equal to `float64Engine` to the bit, and many times as fast.
 *
 * The worker starts with the first search (or `ready`) and proves itself on a known answer.
 *
 * @throws InfrastructureError `truth.float32` from `ready` and `topK` where onnxruntime cannot be used
 */
export function float32Engine(
  tuning: Partial<Float32Tuning> = {},
): ExactEngine & { ready(): Promise<void> } {
  let thread: Promise<Worker> | null = null;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  function start(): Promise<Worker> {
    const worker = startWorker('float32-worker', null);
    const { promise, resolve, reject } = Promise.withResolvers<Worker>();
    const fail = (why: string, cause?: unknown) => {
      const error = new InfrastructureError('truth.float32', `exact search in float32: ${why}`, {
        hint: 'onnxruntime-node must be installed with its library for this machine',
        cause,
      });
      if (thread === promise) thread = null;
      reject(error);
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
      void worker.terminate();
    };
    worker.on('message', (reply: Float32Reply) => {
      if (reply.kind === 'ready') return resolve(worker);
      if (reply.kind === 'unfit') return fail(reply.why);
      const one = waiting.get(reply.id);
      if (reply.kind === 'progress') return one?.onProgress?.(reply.share);
      waiting.delete(reply.id);
      if (reply.kind === 'done') return one?.resolve(reply);
      one?.reject(
        new InfrastructureError('truth.float32', `exact search in float32: ${reply.why}`),
      );
    });
    worker.on('error', (cause) => fail(cause instanceof Error ? cause.message : 'crashed', cause));
    worker.on('exit', () => fail('its thread ended'));
    return promise;
  }

  async function running(): Promise<Worker> {
    thread ??= start();
    return thread;
  }

  async function close(): Promise<void> {
    const worker = await thread?.catch(() => null);
    thread = null;
    await worker?.terminate();
  }

  async function topK(input: ExactInput): Promise<ExactResult> {
    const { signal, documents, queries, kPrime } = input;
    signal?.throwIfAborted();
    const prepared = prepareExact(input);
    const worker = await running();
    signal?.throwIfAborted();
    const id = ++lastId;
    const task: Float32Task = {
      id,
      pairs: {
        dimension: documents.dimension,
        documents: documents.values.slice(),
        queries: queries.values.slice(),
        documentSquares: prepared.documentSquares,
        querySquares: prepared.querySquares,
      },
      keyRanks: prepared.keyRanks,
      groups: prepared.groups,
      kPrime,
      tuning: { ...DEFAULT_TUNING, ...tuning },
    };
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    waiting.set(id, { resolve, reject, onProgress: input.onProgress });
    const onAbort = () => {
      waiting.delete(id);
      reject(signal?.reason);
      // A native call cannot be interrupted: the thread goes, and the next search starts another.
      void close();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.postMessage(task, [
      task.pairs.documents.buffer as ArrayBuffer,
      task.pairs.queries.buffer as ArrayBuffer,
    ]);
    try {
      const done = await promise;
      const selected = queries.ids.map((): Done['lists'][number] | null => null);
      done.queries.forEach((query, i) => {
        selected[query] = done.lists[i] ?? null;
      });
      return exactResult('float32', input, prepared, selected, done.widenedQueries);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  return {
    name: 'float32',
    topK,
    close,
    ready: async () => {
      await running();
    },
  };
}
