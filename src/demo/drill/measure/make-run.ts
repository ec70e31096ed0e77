import type { StoredDrift } from '../../../drift/record/catalogue.ts';
import type { Planted, RunRow, TakenStep } from '../results/rows.ts';
import { drawnSeed } from './draws.ts';
import { type DrillHooks, type DrillPlan, isSearched, SEARCH_RUNS } from './drill-plan.ts';
import type { DrillGateways } from './gateways.ts';
import { type Bench, takeSteps } from './take-steps.ts';

/** One corpus, the gateways that serve it, and what is known of them. */
export interface DrillPlace {
  readonly corpus: string;
  readonly corpusFolder: string;
  readonly gateways: DrillGateways;
  readonly short: readonly TakenStep[];
  /** The drift of the pair without a fault; null while that is being found. */
  readonly catalogue: readonly StoredDrift[] | null;
}

/** One run before it is made. */
export interface RunOrder {
  readonly key: string;
  readonly purpose: RunRow['purpose'];
  readonly planted: readonly Planted[];
  readonly short: readonly TakenStep[];
  readonly long: readonly TakenStep[];
  readonly always: boolean;
}

/** Makes the runs of a drill, one at a time, and counts those that are left. */
export class RunMaker {
  readonly #plan: DrillPlan;
  readonly #hooks: DrillHooks;
  readonly #work: string;
  #left: number;

  constructor(plan: DrillPlan, hooks: DrillHooks, work: string) {
    this.#plan = plan;
    this.#hooks = hooks;
    this.#work = work;
    const searches = plan.searchRates ? plan.faults.filter(isSearched).length : 0;
    this.#left = plan.faults.length + SEARCH_RUNS * searches + plan.pairs.length + plan.cleanRuns;
  }

  /** Runs that were counted and will not be made. */
  spare(count: number): void {
    this.#left -= count;
  }

  /** One run with a candidate of its own. */
  async planted(place: DrillPlace, order: RunOrder): Promise<RunRow> {
    const known = this.#known(order.key);
    if (known !== null) return known;
    const candidate = await place.gateways.candidate(
      order.planted.map(({ kind, rate, seed }) => ({ kind, rate, seed })),
    );
    try {
      return await this.measured(place, candidate.url, order);
    } finally {
      await candidate.stop();
    }
  }

  /** One run with a candidate that is there. */
  async measured(place: DrillPlace, candidateUrl: string, order: RunOrder): Promise<RunRow> {
    const known = this.#known(order.key);
    if (known !== null) return known;
    const bench = this.bench(place, candidateUrl, order.key);
    const taken = await takeSteps(bench, order.short, order.long, order.always);
    const run: RunRow = {
      row: 'run',
      key: order.key,
      purpose: order.purpose,
      corpus: place.corpus,
      planted: [...order.planted],
      querySeed: bench.querySeed,
      steps: [...taken.steps],
      attribution: [...taken.attribution],
      referenceRecall: taken.referenceRecall,
    };
    this.#left -= 1;
    await this.#hooks.onRun(run, Math.max(0, this.#left));
    return run;
  }

  /** What the measuring processes of a run are told. */
  bench(place: DrillPlace, candidateUrl: string, label: string): Bench {
    return {
      incumbentUrl: place.gateways.incumbentUrl,
      candidateUrl,
      corpusFolder: place.corpusFolder,
      catalogue: place.catalogue,
      querySeed: drawnSeed(this.#plan.masterSeed, `questions ${label}`),
      workFolder: this.#work,
      signal: this.#hooks.signal,
    };
  }

  #known(key: string): RunRow | null {
    const known = this.#hooks.done.get(key);
    if (known !== undefined) this.#left -= 1;
    return known ?? null;
  }
}
