import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/config/package-root.ts';
import { loadCorpus } from '../../../src/corpus/load.ts';
import type { Query } from '../../../src/corpus/types.ts';
import { createFrontend } from '../../../src/cutover/frontend/frontend.ts';
import { listen } from '../../../src/cutover/frontend/listen.ts';
import { generateCorpus } from '../../../src/demo/corpus/generate-corpus.ts';
import { parseFault } from '../../../src/demo/gateway/faults/parse.ts';
import { startPair } from '../../../src/demo/gateway/pair.ts';
import { shadow } from '../../../src/shadow/job/shadow.ts';
import { SHADOW_DEFAULTS } from '../../../src/shadow/job/shadow-config.ts';
import type { ShadowPlan } from '../../../src/shadow/record/shadow-record.ts';
import { randomOf } from '../../../src/stats/random.ts';
import { NO_HANDLES } from '../../../src/wire/dialect.ts';
import { http } from '../../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../../src/wire/lakehouse/rust-lakehouse.ts';

/** What one shadow over the embedded pair came to. */
export interface LiveShadow {
  readonly state: 'pass' | 'fail' | 'inconclusive';
  /** The claim that failed first; null where none did. */
  readonly claim: string | null;
  readonly seen: number;
  readonly mirrored: number;
  readonly needs: number;
}

/** An embedded pair, sound or with a fault, and questions for it. */
export interface LivePair {
  readonly run: (requests: number, seed: number, plan: Partial<ShadowPlan>) => Promise<LiveShadow>;
  readonly stop: () => Promise<void>;
}

const AT_ONCE = 4;

/** Starts the pair over the 200 workers, or more, with a fault in the candidate where one is named. */
export async function startLivePair(fault: string | null, size = 200): Promise<LivePair> {
  const made = size === 200 ? null : await mkdtemp(join(tmpdir(), 'shadow-corpus-'));
  const corpusFolder = made ?? join(packageRoot(), 'corpora', 'workers-200');
  if (made !== null) await generateCorpus({ size, seed: 1, folder: made });
  const faults = fault === null ? [] : [parseFault(fault, 1)];
  const encoderFolder = join(packageRoot(), 'corpora', 'encoder');
  const pair = await startPair({ corpusFolder, encoderFolder, faults });
  const { queries } = await loadCorpus(corpusFolder);
  return {
    run: (requests, seed, plan) => runShadow(pair, queries, { requests, seed, plan }),
    stop: async () => {
      await pair.stop();
      if (made !== null) await rm(made, { recursive: true });
    },
  };
}

async function runShadow(
  pair: { readonly incumbentUrl: string; readonly candidateUrl: string },
  queries: readonly Query[],
  how: { readonly requests: number; readonly seed: number; readonly plan: Partial<ShadowPlan> },
): Promise<LiveShadow> {
  const { incumbentUrl } = pair;
  const dialect = rustLakehouse();
  const incumbent = http({ url: incumbentUrl, dialect });
  const candidate = http({ url: pair.candidateUrl, dialect: goLakehouse() });
  const runs = await mkdtemp(join(tmpdir(), 'shadow-traffic-'));
  const ending = new AbortController();
  const ready = Promise.withResolvers<string>();
  const ended = shadow(
    {
      ...SHADOW_DEFAULTS,
      plan: { ...SHADOW_DEFAULTS.plan, sample: 1, again: 0.5, ...how.plan },
      seed: how.seed,
      runs,
      queue: 1000,
      breaker: { ...SHADOW_DEFAULTS.breaker, loopDelayMs: 60_000 },
    },
    {
      openFrontend: (tap) => listen(createFrontend({ incumbentUrl, candidateUrl: null, tap }), 0),
      dialect,
      incumbent,
      candidate,
      signal: ending.signal,
      onReady: ({ frontend }) => ready.resolve(frontend),
      progress: {
        stage: () => {},
        tick: () => {},
        remark: () => {},
        note: (line) => {
          if (line.startsWith('fail')) ending.abort();
        },
      },
    },
  );
  ended.catch(ready.reject);
  try {
    await askAll(await ready.promise, queries, how, ending.signal);
    await new Promise((resolve) => setTimeout(resolve, 300));
    ending.abort();
    const { verdict, findings } = await ended;
    return {
      state: verdict.verdict,
      claim: verdict.failures[0]?.gate.name ?? null,
      seen: findings.tally.seen,
      mirrored: findings.tally.mirrored,
      needs: findings.evidence.needs,
    };
  } finally {
    await Promise.all([incumbent.close(), candidate.close()]);
    await rm(runs, { recursive: true });
  }
}

/** Users' questions: the corpus's, in other words each time, so that needs do not run out. */
async function askAll(
  url: string,
  queries: readonly Query[],
  { requests, seed }: { readonly requests: number; readonly seed: number },
  signal: AbortSignal,
): Promise<void> {
  const random = randomOf(seed);
  const dialect = rustLakehouse();
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left > 0 && !signal.aborted) {
      left -= 1;
      const query = queries[random.integer(0, queries.length - 1)];
      if (query === undefined) return;
      const [wire] =
        dialect.retrieve?.encode(
          {
            collections: query.collections.slice(0, 1),
            text: `${query.text}, shift ${random.integer(1, 1_000_000)}`,
            k: 10,
            ...(query.filter === undefined ? {} : { filter: query.filter }),
          },
          NO_HANDLES,
        ) ?? [];
      if (wire === undefined) continue;
      // The frontend ends with the first failure.
      const response = await fetch(`${url}/api${wire.path}`, {
        method: wire.method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(wire.json),
      }).catch((error: unknown) => {
        if (signal.aborted) return null;
        throw error;
      });
      await response?.arrayBuffer().catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
