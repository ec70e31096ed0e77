import { float32Engine, int8Engine, wasmEngine } from '../../../src/truth/engines/engines.ts';
import type { ExactIndex, ExactInput } from '../../../src/truth/engines/exact-engine.ts';
import { type PeerName, startPeer } from './python-peer.ts';

const ENGINES = { int8: int8Engine, float32: float32Engine, wasm: wasmEngine } as const;

export type OwnName = keyof typeof ENGINES;
export const OWN_NAMES = ['int8', 'float32', 'wasm'] as const satisfies readonly OwnName[];

/** One way to exact lists, made ready once and asked again and again. */
export interface Contestant {
  readonly name: string;
  readonly what: string;
  /** Threads or process, library and self-test. */
  readonly startMs: number;
  /** Makes the documents ready, anew; milliseconds. */
  readonly prepare: () => Promise<number>;
  /** Answers all queries: milliseconds, and row numbers of the k best of each. */
  readonly search: () => Promise<{ ms: number; ids: readonly (readonly number[])[] }>;
  readonly close: () => Promise<void>;
}

/** An engine of this suite. */
export async function ownContestant(name: OwnName, input: ExactInput): Promise<Contestant> {
  const start = performance.now();
  const engine = ENGINES[name]();
  await engine.ready();
  const startMs = performance.now() - start;
  let index: ExactIndex | null = null;
  return {
    name,
    what: 'this suite',
    startMs,
    prepare: async () => {
      await index?.close();
      const start = performance.now();
      index = await engine.open(input.documents);
      return performance.now() - start;
    },
    search: async () => {
      if (index === null) throw new Error('search before prepare');
      const start = performance.now();
      const { lists } = await index.topK(input);
      const ms = performance.now() - start;
      return { ms, ids: lists.map(({ keys }) => keys.slice(0, input.kPrime).map(rowOfKey)) };
    },
    close: () => engine.close(),
  };
}

/** A library of others, in a Python process. */
export async function peerContestant(
  name: PeerName,
  input: ExactInput,
  files: { readonly documents: string; readonly queries: string },
  threads: number,
): Promise<Contestant> {
  const peer = await startPeer(name, files, input.documents.dimension, input.kPrime, threads);
  const { note } = await peer.prepare();
  return {
    name,
    what: `${peer.version}, ${note}, ${peer.libraries.join(', ')}`,
    startMs: peer.startMs,
    prepare: async () => (await peer.prepare()).ms,
    search: () => peer.search(),
    close: async () => peer.close(),
  };
}

/** Row number in a key of `clusteredTables`. */
export function rowOfKey(key: string): number {
  return Number(key.slice(key.lastIndexOf('-') + 1));
}
