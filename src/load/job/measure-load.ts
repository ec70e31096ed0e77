import { randomInt } from 'node:crypto';
import type { Config } from '../../config/resolve.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { BenchError, InfrastructureError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import type { Progress } from '../../progress.ts';
import { requireHttp } from '../../wire/call.ts';
import { askNonces, type NonceAnswer, nonceQueries } from '../answers/nonce.ts';
import { measureCapacity, measureKnee } from '../drive/capacity.ts';
import { type RampPass, runRamp } from '../drive/ramp.ts';
import { type Rung, runRung } from '../drive/rung.ts';
import { loadableQueries, type PreparedSide, prepareSide } from '../drive/sides.ts';
import { reservedQueries } from '../judge/interleave.ts';
import { DEFAULT_OBJECTIVE, type Knee, type Objective } from '../judge/saturation.ts';
import type { LoadMeasures, NonceFigures } from '../load-measures.ts';
import type { LoadPlan } from '../plan.ts';
import { type LoadTruth, loadTruth } from './load-truth.ts';

/** Shares of the slower side's closed-loop throughput that are offered where no rates are named. */
const RUNG_SHARES = [0.25, 0.5, 0.75];
const KNEE_MS = 2000;
const KNEE_WARM_UP_MS = 500;
const MAX_CONCURRENCY = 64;
const CAPACITY_TRIAL_MS = 5000;
const PROBE_COUNT = 4;
const NONCES_PER_RATE = 3;
const RAMP_WINDOWS = 10;
const DEFAULT_P99_MS = 50;

/** What one load is measured with. */
export interface LoadJob {
  readonly backends: Pair;
  readonly config: Config;
  readonly corpus: Corpus;
  readonly plan: LoadPlan;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Called for every finished rung and pass, so that what was measured is on disk before the next begins. */
  readonly onRung: (rung: Rung, index: number, queries: readonly Query[]) => Promise<void>;
  readonly onRamp: (pass: RampPass, index: number, queries: readonly Query[]) => Promise<void>;
}

/**
 * Measures everything that was asked for, in this order: closed loop, rates, ramp, saturation. An
 * interruption ends it with what was measured so far.
 */
export async function measureLoad(job: LoadJob): Promise<LoadMeasures> {
  const { backends, config, corpus, plan, signal, progress } = job;
  const reached = [
    requireHttp(backends.incumbent, 'a load'),
    requireHttp(backends.candidate, 'a load'),
  ];
  const queries = loadableQueries(corpus.queries, reached, plan.operation, config.k);
  const truth = plan.recall ? await loadTruth(job, queries) : null;
  const reserved = reservedQueries(queries.length, config.seed);
  const sides = [
    await sideOf(job, 'incumbent', queries, reserved, truth),
    await sideOf(job, 'candidate', queries, reserved, truth),
  ] as const;
  const p99MaxMs = plan.p99MaxMs ?? config.gates.p99?.maxMs ?? DEFAULT_P99_MS;
  const driver = { mode: plan.pace, deadlineMs: plan.deadlineMs, signal } as const;

  const onlyRamp = plan.rates === null && plan.ramp !== null;
  const needsKnees = plan.saturation || (plan.rates === null && !onlyRamp);
  const knees = needsKnees ? await kneesOf(job, sides, reserved) : null;
  const rates = plan.rates ?? (onlyRamp ? [] : ratesFrom(knees));
  const rungs: Rung[] = [];
  const asked: AskedNonces[] = [];
  for (const [index, ratePerSecond] of rates.entries()) {
    progress.stage(`${ratePerSecond} requests/s, rung ${index + 1} of ${rates.length}`, 0);
    const rung = await runRung({
      ...driver,
      sides,
      ratePerSecond,
      process: plan.process,
      pairCount: plan.pairCount,
      requestsPerBlock: plan.requestsPerBlock,
      discardPerBlock: plan.discardPerBlock,
      seed: config.seed + index,
      querySeed: config.seed,
      needs: queries.map(({ need }) => need),
      fresh: index === 0,
      objectiveMs: p99MaxMs,
    });
    if (signal.aborted) break;
    rungs.push(rung);
    await job.onRung(rung, index, queries);
    const nonces = nonceQueries(queries, NONCES_PER_RATE, (limit) => randomInt(limit));
    for (const [at, side] of sides.entries()) {
      const answers = await askNonces(side, nonces, { deadlineMs: plan.deadlineMs, signal });
      asked.push({ ratePerSecond, side: at === 0 ? 'incumbent' : 'candidate', answers });
    }
  }
  const nonces = await nonceFigures(asked, signal.aborted ? null : truth, progress);

  const ramp: RampPass[] = [];
  if (plan.ramp !== null && !signal.aborted) {
    progress.stage('ramp', 0);
    const passes = await runRamp({
      ...driver,
      ...plan.ramp,
      sides,
      windows: RAMP_WINDOWS,
      process: plan.process,
      seed: config.seed,
      objectiveMs: p99MaxMs,
    });
    for (const [index, pass] of passes.entries()) {
      await job.onRamp(pass, index, queries);
      ramp.push(pass);
    }
  }

  const objective = objectiveOf(config, p99MaxMs, rungs[0]);
  const capacities =
    plan.saturation && knees !== null && !signal.aborted
      ? await capacitiesOf(job, sides, knees, objective)
      : null;
  return {
    operation: plan.operation,
    process: plan.process,
    queryCount: queries.length,
    leftOutCount: corpus.queries.length - queries.length,
    knees,
    rungs,
    nonces,
    ramp: plan.ramp === null ? null : { ...plan.ramp, passes: ramp },
    capacities,
    objectiveText: textOf(objective),
  };
}

function sideOf(
  { backends, config, plan, signal }: LoadJob,
  name: 'incumbent' | 'candidate',
  queries: readonly Query[],
  reserved: Int32Array,
  truth: LoadTruth | null,
): Promise<PreparedSide> {
  return prepareSide({
    http: requireHttp(backends[name], 'a load'),
    operation: plan.operation,
    queries,
    k: config.k,
    model: config.model,
    recallOf: truth?.recallOf ?? null,
    probes: [...reserved.slice(0, PROBE_COUNT)],
    signal,
  });
}

async function kneesOf(
  { config, plan, signal, progress }: LoadJob,
  sides: readonly [PreparedSide, PreparedSide],
  reserved: Int32Array,
): Promise<[Knee, Knee]> {
  const kneeOf = ({ arm }: PreparedSide, name: string) => {
    progress.stage(`closed loop, ${name}`, 0);
    // Reserved queries alone, so that first touches are left for the first rung.
    const exchanges = [...reserved].flatMap((index) => arm.exchanges[index] ?? []);
    return measureKnee({
      mode: plan.pace,
      deadlineMs: plan.deadlineMs,
      signal,
      arm: { url: arm.url, tls: arm.tls ?? {}, exchanges },
      maxConcurrency: MAX_CONCURRENCY,
      durationMs: KNEE_MS,
      warmUpMs: KNEE_WARM_UP_MS,
      seed: config.seed,
    });
  };
  return [await kneeOf(sides[0], 'incumbent'), await kneeOf(sides[1], 'candidate')];
}

async function capacitiesOf(
  { config, plan, signal, progress }: LoadJob,
  sides: readonly [PreparedSide, PreparedSide],
  knees: readonly [Knee, Knee],
  objective: Objective,
) {
  const capacityOf = (side: PreparedSide, knee: number, name: string) => {
    progress.stage(`saturation, ${name}`, 0);
    return measureCapacity({
      mode: plan.pace,
      deadlineMs: plan.deadlineMs,
      signal,
      side,
      objective,
      firstRate: knee,
      ceilingRate: 4 * knee,
      trialMs: CAPACITY_TRIAL_MS,
      process: plan.process,
      seed: config.seed,
    });
  };
  return [
    await capacityOf(sides[0], knees[0].throughputPerSecond, 'incumbent'),
    await capacityOf(sides[1], knees[1].throughputPerSecond, 'candidate'),
  ] as const;
}

function ratesFrom(knees: readonly Knee[] | null): number[] {
  const slower = Math.min(...(knees ?? []).map((knee) => knee.throughputPerSecond));
  if (!(slower > 0)) {
    throw new InfrastructureError(
      'load-no-throughput',
      'a backend answered nothing in a closed loop',
      { hint: 'try one request by hand, or name the rates with --rates' },
    );
  }
  return RUNG_SHARES.map((share) => Math.max(1, Math.round(share * slower)));
}

/** Recall that saturation must hold: the least one, or the incumbent's own at the lowest rate less the margin. */
function objectiveOf(config: Config, p99MaxMs: number, lowest: Rung | undefined): Objective {
  const { margin, min } = config.gates.recallUnderLoad ?? {};
  const unloaded = lowest?.sides[0].recall ?? null;
  const relative = margin === undefined || unloaded === null ? null : unloaded - margin;
  const minRecall =
    min === undefined ? relative : relative === null ? min : Math.max(min, relative);
  return { ...DEFAULT_OBJECTIVE, p99MaxMs, minRecall };
}

function textOf({ p99MaxMs, minRecall }: Objective): string {
  const recall = minRecall === null ? '' : `, recall ≥ ${minRecall.toFixed(4)}`;
  return `p99 ≤ ${p99MaxMs} ms, errors < 0.1%${recall}, backlog growth ≤ 0.5% of the offer`;
}

/** What one side answered to nonces after one rate. */
interface AskedNonces {
  readonly ratePerSecond: number;
  readonly side: 'incumbent' | 'candidate';
  readonly answers: readonly NonceAnswer[];
}

/** Embedded only now: before they were asked, an embedding would have shown the texts to a backend. */
async function nonceFigures(
  asked: readonly AskedNonces[],
  truth: LoadTruth | null,
  progress: Progress,
): Promise<NonceFigures[]> {
  const all = new Map(
    asked.flatMap(({ answers }) => answers.map(({ query }) => [query.id, query] as const)),
  );
  const recallOf =
    truth === null || all.size === 0
      ? null
      : await truth.recallOfMore([...all.values()]).catch((error: unknown) => {
          // What was measured must outlive an embedder that fails at its end.
          if (!(error instanceof BenchError)) throw error;
          progress.note(`recall of new texts is not known: ${error.message}`);
          return null;
        });
  return asked.map(({ ratePerSecond, side, answers }) => {
    const recalls = answers.flatMap(({ query, hits }) =>
      hits === null ? [] : (recallOf?.(hits, query) ?? []),
    );
    return {
      ratePerSecond,
      side,
      asked: answers.length,
      answered: answers.filter(({ hits }) => hits !== null).length,
      sameAs: answers.flatMap(({ sameAs }) => sameAs.slice(0, 1)),
      recall:
        recalls.length === 0
          ? null
          : recalls.reduce((sum, value) => sum + value, 0) / recalls.length,
    };
  });
}
