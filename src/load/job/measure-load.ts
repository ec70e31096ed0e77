import { randomInt } from 'node:crypto';
import { loadavg } from 'node:os';
import { InfrastructureError } from '../../errors.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { nonceQueries } from '../answers/nonce.ts';
import { askAlone } from '../drive/ask-alone.ts';
import { measureCapacity, measureKnee } from '../drive/capacity.ts';
import type { LoadMachines } from '../drive/machines.ts';
import { runRamp } from '../drive/ramp.ts';
import { runRung } from '../drive/rung.ts';
import { objectiveOf, searchBounds } from '../find/load-findings.ts';
import { rungFindings } from '../find/rung.ts';
import type { Knee } from '../find/saturation/knee.ts';
import { expectedText, rampMs, rungMs } from '../pace/expected-time.ts';
import { SIDES, VECTORS } from '../record/blocks.ts';
import type { ObservedLoop, ObservedNonce, ObservedRung } from '../record/observed.ts';
import { LoadWriter } from '../record/write-load.ts';
import { KeptAnswers } from './kept-answers.ts';
import { embedQueries } from './load-truth.ts';
import type { LoadSource, PreparedLoad } from './prepare-load.ts';

/** Shares of the slower side's closed-loop throughput that are offered where no rates are named. */
const RUNG_SHARES = [0.25, 0.5, 0.75];
const KNEE_MS = 2000;
const KNEE_WARM_UP_MS = 500;
const MAX_CONCURRENCY = 64;
const CAPACITY_TRIAL_MS = 5000;
const NONCES_PER_RATE = 3;

/** What one load is measured with. */
export interface LoadJob extends LoadSource {
  readonly prepared: PreparedLoad;
  /** Null where this process sends. */
  readonly machines: LoadMachines | null;
  readonly p99MaxMs: number;
  /** Keys of the gates that somebody set, dotted. */
  readonly setKeys: readonly string[];
  readonly writer: RunWriter;
}

/**
 * Measures everything that was asked for, in this order: closed loop, rates, ramp, saturation; each block is on disk
 * before the next begins. An interruption ends it with what was measured so far.
 */
export async function measureLoad(job: LoadJob): Promise<void> {
  const { config, corpus, plan, prepared, p99MaxMs, setKeys, signal, writer: run } = job;
  const queryIds = prepared.queries.map(({ id }) => id);
  const writer = new LoadWriter(run, queryIds);
  await writer.plan({
    plan,
    k: config.k,
    seed: config.seed,
    queryIds,
    leftOutCount: corpus.queries.length - queryIds.length,
    p99MaxMs,
    setKeys,
    loadBefore: loadavg()[0] ?? 0,
  });
  if (prepared.truth !== null) {
    await run.writeVectors(VECTORS.documents, prepared.truth.vectors.documents);
    await run.writeVectors(VECTORS.queries, prepared.truth.vectors.queries);
  }
  const answers = [
    new KeptAnswers(prepared.sides[0], (rows) => writer.answers(0, rows)),
    new KeptAnswers(prepared.sides[1], (rows) => writer.answers(1, rows)),
  ] as const;
  const session = { ...job, records: writer, answers };

  const onlyRamp = plan.rates === null && plan.ramp !== null;
  const needsKnees = plan.saturation || (plan.rates === null && !onlyRamp);
  const knees = needsKnees ? await measureKnees(session) : null;
  const rates = plan.rates ?? (onlyRamp ? [] : ratesFrom(knees));
  const expected = expectedText(plan, rates);
  if (expected !== null) job.progress.note(expected);
  const lowest = await measureRates(session, rates);
  if (plan.ramp !== null && !signal.aborted) await measureRamp(session);
  if (plan.saturation && knees !== null && !signal.aborted) {
    await measureCapacities(session, knees, lowest);
  }
  if (!signal.aborted) await writer.end(loadavg()[0] ?? 0);
}

interface Session extends LoadJob {
  readonly records: LoadWriter;
  readonly answers: readonly [KeptAnswers, KeptAnswers];
}

function driverOf({ plan, signal }: Session) {
  return { mode: plan.pace, deadlineMs: plan.deadlineMs, signal } as const;
}

/** Warm-ups of open loops. */
function warmUpOf({ plan: { warmUpMs } }: Session) {
  return warmUpMs === null ? {} : { warmUpMs };
}

async function measureKnees(session: Session): Promise<[Knee, Knee]> {
  const { config, prepared, progress, records } = session;
  const loops: ObservedLoop[][] = [[], []];
  const kneeOf = (side: 0 | 1): Promise<Knee> => {
    progress.stage(`closed loop, ${SIDES[side]}`, 0);
    const { url, tls, exchanges: all } = prepared.sides[side].arm;
    // Reserved queries alone, so that first touches are left for the first rung.
    const exchanges = [...prepared.reserved].flatMap((index) => all[index] ?? []);
    return measureKnee({
      ...driverOf(session),
      arm: { url, tls: tls ?? {}, exchanges },
      maxConcurrency: MAX_CONCURRENCY,
      durationMs: KNEE_MS,
      warmUpMs: KNEE_WARM_UP_MS,
      seed: config.seed,
      onLoop: (loop) => loops[side]?.push(loop),
    });
  };
  const knees: [Knee, Knee] = [await kneeOf(0), await kneeOf(1)];
  await records.loops(loops);
  return knees;
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

/** Measures every rate and gives the lowest; null where none was measured. */
async function measureRates(
  session: Session,
  rates: readonly number[],
): Promise<ObservedRung | null> {
  const { config, plan, prepared, p99MaxMs, progress, records, signal } = session;
  const nonces: ObservedNonce[] = [];
  let lowest: ObservedRung | null = null;
  for (const [index, ratePerSecond] of rates.entries()) {
    progress.stage(`${ratePerSecond} requests/s, rung ${index + 1} of ${rates.length}`, 0, {
      expectedMs: rungMs(plan, ratePerSecond),
    });
    const rung = await runRung({
      ...driverOf(session),
      ...warmUpOf(session),
      arms: [prepared.sides[0].arm, prepared.sides[1].arm],
      ratePerSecond,
      process: plan.process,
      pairCount: plan.pairCount,
      requestsPerBlock: plan.requestsPerBlock,
      discardPerBlock: plan.discardPerBlock,
      seed: config.seed + index,
      querySeed: config.seed,
      fresh: index === 0,
      objectiveMs: p99MaxMs,
      machines: session.machines,
    });
    if (signal.aborted) break;
    await keepAnswers(session);
    await records.rung(index + 1, rung);
    lowest ??= rung;
    const asked = await askNonces(session, ratePerSecond);
    if (signal.aborted) break;
    await records.nonces(index + 1, asked);
    nonces.push(...asked);
  }
  if (!signal.aborted) await embedNonces(session, nonces);
  return lowest;
}

/** Writes new answers, and asks alone what was answered like another question. */
async function keepAnswers({ answers, plan, signal }: Session): Promise<void> {
  for (const kept of answers) await kept.keep({ deadlineMs: plan.deadlineMs, signal });
}

async function askNonces(session: Session, ratePerSecond: number): Promise<ObservedNonce[]> {
  const { plan, prepared, signal } = session;
  if (!prepared.nonces.canAsk) return [];
  const queries = nonceQueries(prepared.queries, NONCES_PER_RATE, (limit) => randomInt(limit));
  const asked: ObservedNonce[] = [];
  for (const arm of [0, 1] as const) {
    const options = { deadlineMs: plan.deadlineMs, signal };
    for (const { query, answer } of await askAlone(prepared.sides[arm], queries, options)) {
      const { id, text, collections, filter } = query;
      const named = { id, text, collections, ...(filter === undefined ? {} : { filter }) };
      asked.push({ ratePerSecond, arm, query: named, answer });
    }
  }
  return asked;
}

/** Embedded only now: before they were asked, an embedding would have shown the texts to a backend. */
async function embedNonces(session: Session, asked: readonly ObservedNonce[]): Promise<void> {
  const { prepared, progress, signal, writer } = session;
  if (!prepared.nonces.canEmbed || asked.length === 0) return;
  const queries = new Map(asked.map(({ query }) => [query.id, query]));
  try {
    await writer.writeVectors(VECTORS.nonces, await embedQueries(session, [...queries.values()]));
  } catch (error) {
    if (signal.aborted || !(error instanceof InfrastructureError)) throw error;
    progress.note(`${error.message}: recall of texts never asked before is left out`);
  }
}

async function measureRamp(session: Session): Promise<void> {
  const { config, plan, prepared, progress, records } = session;
  if (plan.ramp === null) return;
  progress.stage('ramp', 0, { expectedMs: rampMs(plan, plan.ramp) });
  await runRamp({
    ...driverOf(session),
    ...warmUpOf(session),
    ramp: plan.ramp,
    arms: [prepared.sides[0].arm, prepared.sides[1].arm],
    process: plan.process,
    seed: config.seed,
    machines: session.machines,
    onPass: async (pass, number) => {
      await keepAnswers(session);
      await records.pass(number, pass);
    },
  });
}

async function measureCapacities(
  session: Session,
  knees: readonly [Knee, Knee],
  lowest: ObservedRung | null,
): Promise<void> {
  const { answers, config, p99MaxMs, plan, prepared, progress, records } = session;
  const recall = prepared.truth?.recall ?? null;
  const valueFor = [answers[0].valueFor(recall), answers[1].valueFor(recall)] as const;
  const never = () => false;
  const found =
    lowest === null
      ? undefined
      : rungFindings(lowest, {
          valueFor,
          isForeign: [never, never],
          hasRecall: recall !== null,
          needs: prepared.queries.map(({ need }) => need),
          objectiveMs: p99MaxMs,
        });
  const objective = objectiveOf(config.gates, p99MaxMs, found);
  for (const side of [0, 1] as const) {
    progress.stage(`saturation, ${SIDES[side]}`, 0);
    await measureCapacity({
      ...driverOf(session),
      ...warmUpOf(session),
      ...searchBounds(knees[side]),
      arm: prepared.sides[side].arm,
      valueFor: valueFor[side],
      objective,
      trialMs: CAPACITY_TRIAL_MS,
      process: plan.process,
      seed: config.seed,
      onTrial: async (trial, number) => {
        const { ratePerSecond } = trial;
        progress.remark(`trial ${number}: ${Math.round(ratePerSecond)} requests/s`);
        await keepAnswers(session);
        await records.trial(side, number, trial);
      },
    });
  }
}
