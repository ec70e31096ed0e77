import type { Config, Origins } from '../../config/resolve.ts';
import { loadCorpus } from '../../corpus/load.ts';
import { marginFor } from '../../gate/margins.ts';
import { type Metric, metricsAt } from '../../metrics/metric.ts';
import { censusSample } from '../../observe/census-sample.ts';
import { EMBED_BATCH } from '../../observe/embed-texts.ts';
import type { RunPlan } from '../../observe/plan.ts';
import type { Findings } from '../../parity/findings.ts';
import type { Cell } from '../../record/types.ts';
import { type AnswerOdds, type GatePower, gatePower } from '../../stats/decisions/gate-power.ts';
import { needsIfIdentical } from '../../stats/decisions/needs-to-decide.ts';
import { sampledOdds } from '../../stats/decisions/sampled-odds.ts';
import { ALPHA, alphaOfLook } from '../../stats/decisions/spent-alpha.ts';
import { mean } from '../../stats/moments.ts';
import { configOver, planOfConfig } from '../measure/plan-of-config.ts';

/** Part of a run, and what it asks. */
export interface PlannedPhase {
  readonly phase: 'embed' | 'census' | 'quality' | 'latency' | 'throughput';
  readonly requests: number;
  /** Minutes at the assumed time of a request. */
  readonly minutes: number;
}

/** One gate, or one slice that could be gated, and what its needs can show. */
export interface PlannedGate {
  readonly cell: Cell;
  readonly slice: string | null;
  readonly metric: Metric;
  /** Whether the verdict turns on it; slices without a margin of their own are shown at that of the whole. */
  readonly gated: boolean;
  readonly needs: number;
  readonly margin: number;
  /** Needs from which identical sides pass. */
  readonly leastNeeds: number | null;
  /** Where a need that loses anything loses all of it, or a tenth. */
  readonly whole: GatePower;
  readonly tenths: GatePower;
  /** Chances of the answers if needs are like those of a pilot run; null without one. */
  readonly pilot: AnswerOdds | null;
}

/** What a run would ask and could show. */
export interface PlanAhead {
  readonly corpus: string;
  readonly needs: number;
  readonly queries: number;
  readonly documents: number;
  readonly k: number;
  /** Level of each gate, and of a fail beside all others. */
  readonly alpha: number;
  readonly failAlpha: number;
  readonly requestMs: number;
  readonly phases: readonly PlannedPhase[];
  readonly gates: readonly PlannedGate[];
}

/** What is assumed. */
export interface PlanAheadOptions {
  readonly origins?: Origins;
  /** Time of one request, in milliseconds. */
  readonly requestMs: number;
  /** A run whose differences stand for those to come. */
  readonly pilot?: Findings | undefined;
}

/**
 * What the main job would ask under a configuration, how long it takes, and the losses that each gate would pass and
 * fail with 80% power. Nothing is sent.
 * @throws UsageError for a corpus that cannot be used, and for a margin that so many needs can never show.
 */
export async function planAhead(configured: Config, options: PlanAheadOptions): Promise<PlanAhead> {
  const corpus = await loadCorpus(configured.corpus);
  const { origins = new Map() } = options;
  const config = configOver(corpus, configured, origins);
  const plan = planOfConfig(corpus, config, origins);
  const alpha = config.looks === 'one' ? ALPHA : alphaOfLook(1);
  const places = plan.cells.flatMap((entry) => placesOf(entry, config));
  // Holm's first step: a fail has to hold beside all gates on quality, the errors and the contract of each operation.
  const failAlpha = alpha / (places.filter(({ gated }) => gated).length + 1 + plan.cells.length);
  const documents = corpus.collections.reduce((sum, { documents: rows }) => sum + rows.length, 0);
  return {
    corpus: corpus.name,
    needs: new Set(plan.queries.map(({ need }) => need)).size,
    queries: plan.queries.length,
    documents,
    k: config.k,
    alpha,
    failAlpha,
    requestMs: options.requestMs,
    phases: phasesOf(plan, config, {
      texts: documents + plan.queries.length,
      asked: censusSample(corpus, config.seed, config.quality.maxCensusDocuments).length,
      requestMs: options.requestMs,
    }),
    gates: places.map((place) => {
      const { needs, margin } = place;
      const power = (size: number) => gatePower({ needs, margin, size, alpha, failAlpha });
      const differences = differencesOf(options.pilot, place);
      return {
        ...place,
        leastNeeds: needsIfIdentical(margin, { alpha }),
        whole: power(1),
        tenths: power(0.1),
        pilot:
          differences === null
            ? null
            : sampledOdds(differences, { needs, margin, alpha, failAlpha }),
      };
    }),
  };
}

type GatePlace = Pick<PlannedGate, 'cell' | 'slice' | 'metric' | 'gated' | 'needs' | 'margin'>;

/** Every gate on quality of an operation, then recall@k of each slice. */
function placesOf({ cell, queries }: RunPlan['cells'][number], config: Config): GatePlace[] {
  const { k, gates, truth } = config;
  const count = (of: RunPlan['queries']) => new Set(of.map(({ need }) => need)).size;
  const gateAt = (metric: Metric, slice: string | null): GatePlace[] => {
    const own = marginFor(gates, metric, { cell, slice, k });
    const beside = slice === null ? null : marginFor(gates, metric, { cell, slice: null, k });
    const margin = own ?? (metric.family === 'recall' && metric.depth === k ? beside : null);
    if (margin === null || (truth === 'judgments' && metric.truth === 'exact')) return [];
    const inside =
      slice === null ? queries : queries.filter(({ slices }) => slices.includes(slice));
    return [{ cell, slice, metric, gated: own !== null, needs: count(inside), margin }];
  };
  const slices = [...new Set(queries.flatMap(({ slices: own }) => own))].sort();
  return [null, ...slices].flatMap((slice) =>
    metricsAt(k).flatMap((metric) => gateAt(metric, slice)),
  );
}

function differencesOf(
  pilot: Findings | undefined,
  { cell, slice, metric }: GatePlace,
): readonly number[] | null {
  const found = pilot?.cells.find((entry) => entry.cell === cell);
  const quality =
    slice === null ? found?.quality : found?.slices.find((entry) => entry.slice === slice)?.quality;
  const pilotOf = quality?.find(
    (entry) => entry.metric.family === metric.family && entry.metric.depth === metric.depth,
  );
  // Of the two claims that a pass needs, the one that says less for the candidate.
  const claims = [pilotOf?.differences ?? [], pilotOf?.answeredDifferences ?? []];
  const [harder] = claims
    .filter(({ length }) => length > 0)
    .sort((one, other) => (mean(one) ?? 0) - (mean(other) ?? 0));
  return harder ?? null;
}

function phasesOf(
  plan: RunPlan,
  { quality, throughput }: Config,
  { texts, asked, requestMs }: { texts: number; asked: number; requestMs: number },
): PlannedPhase[] {
  const sum = (blocks: readonly { readonly queries: RunPlan['queries'] }[]) =>
    blocks.reduce((total, { queries }) => total + queries.length, 0);
  const phase = (name: PlannedPhase['phase'], requests: number, atOnce: number): PlannedPhase => ({
    phase: name,
    requests,
    minutes: (requests * requestMs) / atOnce / 60_000,
  });
  // Both sides are asked at the same time, except where they are timed.
  return [
    phase('embed', 2 * Math.ceil(texts / EMBED_BATCH), 4),
    phase('census', 2 * asked, 2 * quality.concurrency),
    phase('quality', 4 * sum(plan.quality), 2 * quality.concurrency),
    phase('latency', sum(plan.latency), 1),
    phase('throughput', sum(plan.throughput), throughput.concurrency),
  ];
}
