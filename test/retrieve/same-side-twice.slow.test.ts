import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configFrom } from '../../src/config/resolve.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import type { VerdictState } from '../../src/gate/verdict.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { type Random, randomStream } from '../../src/stats/random.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { backendOfUrl } from '../../src/wire/backends.ts';
import { compose } from '../../src/wire/compose.ts';
import type { Hit } from '../../src/wire/operations.ts';
import { servePair } from '../golden/serve-pair.ts';
import {
  exactSearch,
  hnswSearch,
  type InProcessWorld,
  inProcessBackend,
  inProcessWorld,
} from '../support/in-process.ts';

// Eighty-four runs of one side against itself: whatever it does wrong, it never fails and is never called unfit.
const SIZE = { documents: 240, needs: 760 };
const RUNS = 10;

async function judged(
  corpus: string,
  incumbent: Backend | string,
  candidate: Backend | string,
  ingest: 'never' | 'if-empty' = 'never',
) {
  const runs = await mkdtemp(join(tmpdir(), 'same-side-'));
  onTestFinished(() => rm(runs, { recursive: true, force: true }));
  const side = (given: Backend | string) =>
    typeof given === 'string' ? { url: given, dialect: 'rust-lakehouse' as const } : given;
  const { config } = await configFrom(
    {
      corpus,
      runs,
      incumbent: side(incumbent),
      candidate: side(candidate),
      operations: ['search'],
      latency: { blockPairs: 0 },
      throughput: { requestsPerSlice: 0 },
      ingest,
    },
    corpus,
  );
  const { verdict } = await retrieve(config);
  if (verdict === null) throw new Error('nothing was judged');
  return { state: verdict.state, sentence: verdictSentence(verdict) };
}

/** The states of so many runs, each over a world of its own; a run that fails or is unfit is told by its sentence. */
async function states(
  make: (world: InProcessWorld, random: Random, run: number) => readonly [Backend, Backend],
  options: { readonly twins?: boolean } = {},
): Promise<VerdictState[]> {
  const found: VerdictState[] = [];
  for (let run = 0; run < RUNS; run++) {
    const world = await inProcessWorld({ ...SIZE, ...options, seed: run });
    const [incumbent, candidate] = make(world, randomStream(run, 'faults'), run);
    const { state, sentence } = await judged(world.folder, incumbent, candidate);
    expect(['pass', 'inconclusive'], `run ${run}: ${state}: ${sentence}`).toContain(state);
    found.push(state);
  }
  return found;
}

const passes = (found: readonly VerdictState[]) => found.filter((state) => state === 'pass').length;

describe('the same side twice', () => {
  it('HNSW of ten settings, one index for both sides, passes', async () => {
    const found = await states((world, _, run) => {
      const search = hnswSearch(world, { m: 2 + run, ef: 10 + 3 * run, seed: run });
      return [inProcessBackend(world, search), inProcessBackend(world, search)];
    });
    expect(passes(found)).toBe(RUNS);
  });

  it('pgvector HNSW in this process, one index for both sides, passes', async () => {
    for (const [run, ef] of [10, 20, 40, 80].entries()) {
      const world = await inProcessWorld({ ...SIZE, seed: run });
      const index = backendOfUrl(
        `pglite:memory?index=hnsw&m=4&ef_construction=16&ef_search=${ef}&seqscan=off`,
        { timeouts: { connectMs: 30_000, requestMs: 30_000 }, env: {} },
      );
      const side = compose({ embed: inProcessBackend(world, exactSearch(world)), index });
      const { state, sentence } = await judged(world.folder, side, side, 'if-empty');
      expect(state, sentence).toBe('pass');
    }
  });

  it('an engine that cannot reach some of its rows passes', async () => {
    const found = await states((world, random) => {
      const lost = new Set(Array.from({ length: 6 }, () => random.integer(0, SIZE.documents - 1)));
      const exact = exactSearch(world);
      const search = (vector: Float32Array, k: number) =>
        exact(vector, k + lost.size)
          .filter(({ row }) => !lost.has(row))
          .slice(0, k);
      return [inProcessBackend(world, search), inProcessBackend(world, search)];
    });
    expect(passes(found)).toBe(RUNS);
  });

  it('0.2% of random errors on either side, below the margin of errors', async () => {
    await states((world, random) => {
      const side = () =>
        inProcessBackend(world, exactSearch(world), (hits) => (random.chance(0.002) ? null : hits));
      return [side(), side()];
    });
  });

  it('1% of random errors on either side, above it: nothing is said to be worse, and nobody unfit', async () => {
    const found = await states((world, random) => {
      const side = () =>
        inProcessBackend(world, exactSearch(world), (hits) => (random.chance(0.01) ? null : hits));
      return [side(), side()];
    });
    // What the incumbent did not answer compares with nothing: no such run may pass either.
    expect(passes(found)).toBe(0);
  });

  it('1% of empty answers on either side', async () => {
    await states((world, random) => {
      const side = () =>
        inProcessBackend(world, exactSearch(world), (hits) => (random.chance(0.01) ? [] : hits));
      return [side(), side()];
    });
  });

  it('rare violations on either side: repeated, inverted and short answers', async () => {
    await states((world, random) => {
      const spoilt = (hits: Hit[]): Hit[] => {
        const [first, second, ...rest] = hits;
        if (first === undefined || second === undefined || !random.chance(0.01)) return hits;
        return random.pick([
          [first, first, ...rest],
          [{ ...second, similarity: first.similarity - 0.5 }, first, ...rest],
          [first, second, ...rest].slice(0, -1),
        ]);
      };
      const side = () => inProcessBackend(world, exactSearch(world), spoilt);
      return [side(), side()];
    });
  });

  it('twins in an order that changes from request to request pass', async () => {
    const found = await states(
      (world, random) => {
        const search = exactSearch(world, () => random.fraction());
        return [inProcessBackend(world, search), inProcessBackend(world, search)];
      },
      { twins: true },
    );
    expect(passes(found)).toBe(RUNS);
  });

  it('one of the embedded pair, on both sides, passes', async () => {
    const corpus = join(import.meta.dirname, '../golden/runs/pass/corpus');
    const pair = await servePair(corpus);
    try {
      for (let run = 0; run < RUNS; run++) {
        const url = pair.env.RUST_LAKEHOUSE_URL ?? '';
        const { state, sentence } = await judged(corpus, url, url);
        expect(['pass', 'inconclusive'], sentence).toContain(state);
      }
    } finally {
      await pair.stop();
    }
  });
});
