import { Option } from 'commander';
import type { Config } from '../src/config/resolve.ts';
import { loadCorpus } from '../src/corpus/load.ts';
import type { Corpus, Query } from '../src/corpus/types.ts';
import { computeTruth } from '../src/derive/compute-truth.ts';
import { EXIT, type ExitCode, InfrastructureError, UsageError } from '../src/errors.ts';
import { measureCapacity, measureKnee } from '../src/load/capacity.ts';
import { reservedQueries } from '../src/load/judge/interleave.ts';
import { DEFAULT_OBJECTIVE } from '../src/load/judge/saturation.ts';
import { type LoadSide, type Rung, runRung } from '../src/load/rung.ts';
import { type LoadOperation, loadableQueries, prepareSide } from '../src/load/sides.ts';
import { tieAwareRecallAtK } from '../src/metrics/ranking/tie-aware-recall.ts';
import { embedTexts } from '../src/observe/embed-texts.ts';
import type { Hit } from '../src/wire/operations.ts';
import { type OpenBackends, openBackends } from './backends.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from './config-options.ts';
import type { Io } from './io.ts';
import { type LoadReport, renderLoad } from './load/curve-table.ts';
import { terminalProgress } from './terminal-progress.ts';

interface LoadFlags extends ConfigFlags {
  readonly operation: LoadOperation;
  readonly rates?: string;
  readonly pairs: string;
  readonly blockSize: string;
  readonly discard: string;
  readonly process: 'poisson' | 'constant';
  readonly pace: 'precise' | 'eco';
  readonly deadline: string;
  readonly maxP99: string;
  readonly saturation?: boolean;
  readonly recall: boolean;
  readonly json?: boolean;
}

/** Shares of the slower side's closed-loop throughput that are offered where no rates are named. */
const RUNG_SHARES = [0.25, 0.5, 0.75];
const KNEE_MS = 2000;
const KNEE_WARM_UP_MS = 500;
const MAX_CONCURRENCY = 64;
const CAPACITY_TRIAL_MS = 5000;
const PROBE_COUNT = 4;

/** `bench load`: the latency–throughput curve of two backends, from the same interleaved schedule. */
export const loadCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('load'))
    .description(
      'put two backends under the same open-loop load: latency, errors and recall by rate',
    )
    .addOption(
      new Option('--operation <name>', 'what is asked')
        .choices(['search', 'retrieve'])
        .default('retrieve'),
    )
    .option(
      '--rates <list>',
      'requests per second, rising, e.g. 50,100,200 (default: from a closed loop)',
    )
    .option('--pairs <n>', 'pairs of blocks at each rate', '12')
    .option('--block-size <n>', 'measured requests a block', '200')
    .option('--discard <n>', 'requests discarded after each switch of sides', '20')
    .addOption(
      new Option('--process <name>', 'arrivals')
        .choices(['poisson', 'constant'])
        .default('poisson'),
    )
    .addOption(
      new Option('--pace <name>', 'precise spins, eco uses timers alone')
        .choices(['precise', 'eco'])
        .default('precise'),
    )
    .option('--deadline <ms>', 'after which a request is given up', '10000')
    .option('--max-p99 <ms>', 'objective of the saturation search', '50')
    .option('--saturation', 'search the highest rate that meets the objective, each side')
    .option('--no-recall', 'leave out truth and recall under load')
    .option('--json', 'print figures as JSON instead of tables')
    .action(async (flags: LoadFlags) => {
      const { config } = await configOf(flags, io);
      const plan = planOf(flags);
      const corpus = await loadCorpus(config.corpus);
      done(await load(config, corpus, flags, plan, io));
    });
};

function planOf(flags: LoadFlags) {
  return {
    rates: flags.rates === undefined ? null : ratesOf(flags.rates),
    pairCount: positive('--pairs', flags.pairs),
    requestsPerBlock: positive('--block-size', flags.blockSize),
    discardPerBlock: positive('--discard', flags.discard, 0),
    deadlineMs: positive('--deadline', flags.deadline),
    p99MaxMs: positive('--max-p99', flags.maxP99),
  };
}

async function load(
  config: Config,
  corpus: Corpus,
  flags: LoadFlags,
  plan: ReturnType<typeof planOf>,
  io: Io,
): Promise<ExitCode> {
  const progress = terminalProgress(io);
  progress.stage('connecting', 0);
  let backends: OpenBackends | null = null;
  try {
    backends = await openBackends(config, io.signal);
    const dialects = [backends.incumbent.dialect, backends.candidate.dialect];
    const queries = loadableQueries(corpus.queries, dialects, flags.operation, config.k);
    const recallOf = flags.recall
      ? await recallAgainstTruth(backends, corpus, queries, config, io.signal, progress)
      : null;
    const reserved = reservedQueries(queries.length, config.seed);
    const sideOf = (name: 'incumbent' | 'candidate', from: OpenBackends): Promise<LoadSide> =>
      prepareSide({
        url: from[name].url,
        dialect: from[name].dialect,
        headers: config[name].headers,
        operation: flags.operation,
        queries,
        k: config.k,
        model: config.model,
        recallOf,
        probes: [...reserved.slice(0, PROBE_COUNT)],
        signal: io.signal,
      });
    const sides = [
      await sideOf('incumbent', backends),
      await sideOf('candidate', backends),
    ] as const;
    const driver = { mode: flags.pace, deadlineMs: plan.deadlineMs, signal: io.signal } as const;

    let knees: LoadReport['knees'] = null;
    if (plan.rates === null || flags.saturation === true) {
      const kneeOf = ({ arm }: LoadSide, name: string) => {
        progress.stage(`closed loop, ${name}`, 0);
        // Reserved queries alone, so that first touches are left for the first rung.
        const exchanges = [...reserved].flatMap((index) => arm.exchanges[index] ?? []);
        return measureKnee({
          ...driver,
          arm: { url: arm.url, exchanges },
          maxConcurrency: MAX_CONCURRENCY,
          durationMs: KNEE_MS,
          warmUpMs: KNEE_WARM_UP_MS,
          seed: config.seed,
        });
      };
      knees = [await kneeOf(sides[0], 'incumbent'), await kneeOf(sides[1], 'candidate')];
    }
    const rates = plan.rates ?? ratesFrom(knees);
    const rungs: Rung[] = [];
    for (const [index, ratePerSecond] of rates.entries()) {
      progress.stage(`${ratePerSecond} requests/s, rung ${index + 1} of ${rates.length}`, 0);
      const rung = await runRung({
        ...driver,
        sides,
        ratePerSecond,
        process: flags.process,
        pairCount: plan.pairCount,
        requestsPerBlock: plan.requestsPerBlock,
        discardPerBlock: plan.discardPerBlock,
        seed: config.seed + index,
        querySeed: config.seed,
        fresh: index === 0,
        objectiveMs: null,
      });
      if (io.signal.aborted) break;
      rungs.push(rung);
    }
    const objective = { ...DEFAULT_OBJECTIVE, p99MaxMs: plan.p99MaxMs };
    let capacities: LoadReport['capacities'] = null;
    if (flags.saturation === true && knees !== null && !io.signal.aborted) {
      const capacityOf = (side: LoadSide, knee: number, name: string) => {
        progress.stage(`saturation, ${name}`, 0);
        return measureCapacity({
          ...driver,
          side,
          objective,
          firstRate: knee,
          ceilingRate: 4 * knee,
          trialMs: CAPACITY_TRIAL_MS,
          process: flags.process,
          seed: config.seed,
        });
      };
      capacities = [
        await capacityOf(sides[0], knees[0].throughputPerSecond, 'incumbent'),
        await capacityOf(sides[1], knees[1].throughputPerSecond, 'candidate'),
      ];
    }
    progress.end();
    const report: LoadReport = {
      operation: flags.operation,
      process: flags.process,
      queryCount: queries.length,
      leftOutCount: corpus.queries.length - queries.length,
      knees,
      rungs,
      capacities,
      objectiveText: `p99 ≤ ${plan.p99MaxMs} ms, errors < 0.1%, backlog growth ≤ 0.5% of the offer`,
    };
    io.stdout(flags.json === true ? `${toJson(report)}\n` : renderLoad(report));
    return io.signal.aborted ? EXIT.interrupted : EXIT.pass;
  } catch (error) {
    if (io.signal.aborted && !(error instanceof UsageError)) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    await backends?.close();
  }
}

/** Truth from the incumbent's vectors; gives the tie-aware recall@k of an answer. */
async function recallAgainstTruth(
  backends: OpenBackends,
  corpus: Corpus,
  queries: readonly Query[],
  config: Config,
  signal: AbortSignal,
  progress: ReturnType<typeof terminalProgress>,
): Promise<(hits: readonly Hit[], query: Query) => number | null> {
  progress.stage('embedding for truth', 0);
  const options = { model: config.model, signal, progress };
  const embed = async (texts: readonly { readonly id: string; readonly text: string }[]) => {
    const { table, failed } = await embedTexts(backends.incumbent, 'incumbent', texts, options);
    const first = failed[0];
    if (first === undefined) return table;
    throw new InfrastructureError(
      'load-embed',
      `incumbent could not embed ${first.id}: ${first.detail}`,
      {
        hint: 'recall under load needs the incumbent’s vectors; --no-recall leaves it out',
      },
    );
  };
  const documents = await embed(
    corpus.collections.flatMap(({ name, documents: all }) =>
      all.map(({ id, text }) => ({ id: `${name}/${id}`, text })),
    ),
  );
  const vectors = await embed(queries);
  const truth = await computeTruth(corpus, queries, documents, vectors, config.k, signal);
  return (hits, query) => {
    const list = truth.list(query.id);
    if (list === null) return null;
    const keys = hits.map((hit) => `${hit.collection ?? query.collections[0] ?? ''}/${hit.id}`);
    return tieAwareRecallAtK(keys, config.k, list.scores, (key) => truth.exactScore(query.id, key))
      .recall;
  };
}

function ratesFrom(knees: LoadReport['knees']): number[] {
  const slower = Math.min(...(knees ?? []).map((knee) => knee.throughputPerSecond));
  if (!(slower > 0)) {
    throw new InfrastructureError(
      'load-no-throughput',
      'a backend answered nothing in a closed loop',
      {
        hint: 'try one request by hand, or name the rates with --rates',
      },
    );
  }
  return RUNG_SHARES.map((share) => Math.max(1, Math.round(share * slower)));
}

function ratesOf(text: string): number[] {
  const rates = text.split(',').map((part) => positive('--rates', part));
  if (rates.every((rate, index) => index === 0 || rate > (rates[index - 1] ?? 0))) return rates;
  throw new UsageError('flag-rates', `--rates ${text}: rates must rise`, {
    hint: 'for example --rates 50,100,200',
  });
}

function positive(flag: string, text: string, least = Number.MIN_VALUE): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
  throw new UsageError('flag-number', `${flag}: ${JSON.stringify(text)} is not a positive number`, {
    hint: `for example ${flag} 100`,
  });
}

/** JSON knows no infinity: a percentile on a request without an end is written as the text `infinite`. */
function toJson(report: LoadReport): string {
  return JSON.stringify(report, (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? 'infinite' : value,
  );
}
