import type { CorpusMetric } from '../../../src/corpus/types.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { float32Engine, int8Engine, wasmEngine } from '../../../src/truth/engines/engines.ts';
import type { ExactIndex, ExactInput } from '../../../src/truth/engines/exact-engine.ts';
import { longestSquareOf, type MetricSpace, metricSpace } from '../../../src/truth/metric-space.ts';
import { type PeerAsk, startPeer, whyMissing } from './python-peer.ts';
import type { PythonPlace } from './python-place.ts';

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

/** An engine of this suite; what a metric other than the cosine adds to the rows is part of making ready. */
export async function ownContestant(
  name: OwnName,
  input: ExactInput,
  metric: CorpusMetric,
): Promise<Contestant> {
  const start = performance.now();
  const engine = ENGINES[name]();
  await engine.ready();
  const startMs = performance.now() - start;
  let index: ExactIndex | null = null;
  let space: MetricSpace = metricSpace('cosine', 1);
  return {
    name,
    what: 'this suite',
    startMs,
    prepare: async () => {
      await index?.close();
      const start = performance.now();
      space = spaceOf(metric, input.documents);
      index = await engine.open(space.documents(input.documents));
      return performance.now() - start;
    },
    search: async () => {
      if (index === null) throw new Error('search before prepare');
      const start = performance.now();
      const { lists } = await index.topK({ ...input, queries: space.queries(input.queries) });
      const ms = performance.now() - start;
      return { ms, ids: lists.map(({ keys }) => keys.slice(0, input.kPrime).map(rowOfKey)) };
    },
    close: () => engine.close(),
  };
}

/** The space in which a metric over some documents is the cosine. */
export function spaceOf(metric: CorpusMetric, documents: VectorTable): MetricSpace {
  return metricSpace(metric, metric === 'cosine' ? 1 : longestSquareOf(documents));
}

/** A library of others, in a Python process, or why it is left out. */
export async function peerContestant(
  place: PythonPlace,
  ask: PeerAsk,
): Promise<Contestant | string> {
  const why = whyMissing(place, ask.name);
  if (why !== null) return why;
  const peer = await startPeer(place, ask);
  const { note } = await peer.prepare();
  return {
    name: ask.name,
    what: `${peer.version} of ${place.name}, ${note}, ${peer.libraries.join(', ')}`,
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
