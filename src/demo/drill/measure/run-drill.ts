import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../config/package-root.ts';
import { ownFolder } from '../../../disk/own-folder.ts';
import { InfrastructureError } from '../../../errors.ts';
import { generateCorpus } from '../../corpus/generate-corpus.ts';
import type { Fault } from '../../gateway/faults/types.ts';
import { nextRate } from '../results/rate-search.ts';
import type { Planted, RunRow, TakenStep } from '../results/rows.ts';
import { noticed, searchStep } from '../results/summary.ts';
import { drawnSeed, inDrawnOrder } from './draws.ts';
import {
  type DrillHooks,
  type DrillPlan,
  isSearched,
  LARGE,
  SEARCH_RUNS,
  SMALL,
} from './drill-plan.ts';
import { openGateways } from './gateways.ts';
import { type DrillPlace, RunMaker } from './make-run.ts';
import type { FaultPair } from './pairs.ts';
import { cleanKeys, fullKey, pairKey, rateKey } from './run-keys.ts';
import { CLEAN_RUNS_A_LONG_ONE, LONG_STEPS, SHORT_STEPS } from './settings.ts';
import { findCatalogue } from './take-steps.ts';

const LARGE_SIZE = 10_000;
const LARGE_SEED = 1;

/**
 * Carries out a drill: everything on the small corpus, then the faults that need the large one. The order of the runs,
 * their victims and the order of their questions are drawn from the master seed.
 * @throws InfrastructureError where the gateways do not start.
 */
export async function runDrill(plan: DrillPlan, hooks: DrillHooks): Promise<void> {
  const work = await ownFolder('bench-drill-');
  try {
    const drill = new Drill(plan, hooks, work);
    const on = (corpus: string) => plan.faults.filter((fault) => fault.corpus === corpus);
    if (on(SMALL).some((fault) => drill.isWanted(fault)) || drill.wantsOthers()) {
      const shipped = join(packageRoot(), 'corpora', SMALL);
      await drill.over(SMALL, plan.corpusFolder ?? shipped, on(SMALL), plan.pairs, plan.cleanRuns);
    }
    if (on(LARGE).some((fault) => drill.isWanted(fault))) {
      const folder = join(work, LARGE);
      await generateCorpus({ size: LARGE_SIZE, seed: LARGE_SEED, folder, signal: hooks.signal });
      await drill.over(LARGE, folder, on(LARGE), [], 0);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

class Drill {
  readonly #plan: DrillPlan;
  readonly #hooks: DrillHooks;
  /** Runs of searches that were made now. */
  readonly #tried = new Map<string, RunRow>();
  readonly #maker: RunMaker;

  constructor(plan: DrillPlan, hooks: DrillHooks, work: string) {
    this.#plan = plan;
    this.#hooks = hooks;
    this.#maker = new RunMaker(plan, hooks, work);
  }

  /** Whether a fault's runs are not all on record. */
  isWanted(fault: Fault): boolean {
    const full = this.#hooks.done.get(fullKey(fault));
    if (full === undefined) return true;
    return this.#plan.searchRates && isSearched(fault) && this.#rateWanted(fault, full) !== null;
  }

  /** Whether a pair or a clean run is not on record. */
  wantsOthers(): boolean {
    const { pairs, cleanRuns } = this.#plan;
    const keys = [...pairs.map(pairKey), ...cleanKeys(cleanRuns)];
    return keys.some((key) => !this.#hooks.done.has(key));
  }

  /** All runs over one corpus. */
  async over(
    corpus: string,
    corpusFolder: string,
    faults: readonly Fault[],
    pairs: readonly FaultPair[],
    cleanRuns: number,
  ): Promise<void> {
    const encoderFolder = join(packageRoot(), 'corpora', 'encoder');
    const gateways = await openGateways({ corpusFolder, encoderFolder }, this.#hooks.signal);
    // Responses differ by as much on either corpus, and a candidate over the large one takes long to start.
    const short: readonly TakenStep[] = corpus === SMALL ? SHORT_STEPS : ['retrieve'];
    const bare = { corpus, corpusFolder, gateways, short, catalogue: null };
    try {
      const catalogue = short.includes('drift') ? await this.#catalogue(bare) : null;
      const place = { ...bare, catalogue };
      await this.#clean(place, cleanRuns);
      const { masterSeed } = this.#plan;
      for (const fault of inDrawnOrder(masterSeed, faults, ({ kind }) => kind)) {
        await this.#fault(place, fault);
      }
      for (const pair of inDrawnOrder(masterSeed, pairs, pairKey)) {
        await this.#maker.planted(place, {
          key: pairKey(pair),
          purpose: 'pair',
          planted: pair.faults.map(({ kind, rate }) => this.#plantedAt(kind, rate, pairKey(pair))),
          short: ['retrieve'],
          long: [],
          always: false,
        });
      }
    } finally {
      await gateways.stop();
    }
  }

  async #catalogue(place: DrillPlace): Promise<DrillPlace['catalogue']> {
    const candidate = await place.gateways.candidate([]);
    try {
      const found = await findCatalogue(this.#maker.bench(place, candidate.url, 'catalogue'));
      if (found !== null) return found;
      throw new InfrastructureError('drill-catalogue', 'no catalogue of the pair without a fault', {
        hint: 'does bench drift end with 0 on the embedded pair?',
      });
    } finally {
      await candidate.stop();
    }
  }

  async #clean(place: DrillPlace, count: number): Promise<void> {
    const keys = cleanKeys(count);
    if (keys.every((key) => this.#hooks.done.has(key))) {
      this.#maker.spare(count);
      return;
    }
    const candidate = await place.gateways.candidate([]);
    try {
      for (const [at, key] of keys.entries()) {
        const isLong = at % CLEAN_RUNS_A_LONG_ONE === CLEAN_RUNS_A_LONG_ONE - 1;
        await this.#maker.measured(place, candidate.url, {
          key,
          purpose: 'clean',
          planted: [],
          short: place.short,
          long: isLong ? LONG_STEPS : [],
          always: true,
        });
      }
    } finally {
      await candidate.stop();
    }
  }

  async #fault(place: DrillPlace, fault: Fault): Promise<void> {
    const full = await this.#maker.planted(place, {
      key: fullKey(fault),
      purpose: 'full',
      planted: [this.#plantedAt(fault.kind, fault.defaultRate, fullKey(fault))],
      short: place.short,
      long: isSearched(fault) ? LONG_STEPS : [],
      always: false,
    });
    if (!this.#plan.searchRates || !isSearched(fault)) return;
    const step = searchStep(full);
    let spared = SEARCH_RUNS;
    for (;;) {
      const rate = this.#rateWanted(fault, full);
      if (rate === null || step === null || step === 'errors') break;
      const key = rateKey(fault, rate);
      const run = await this.#maker.planted(place, {
        key,
        purpose: 'rate',
        planted: [this.#plantedAt(fault.kind, rate, key)],
        short: [step],
        long: [],
        always: false,
      });
      this.#tried.set(key, run);
      spared -= 1;
    }
    this.#maker.spare(spared);
  }

  /** The rate that a fault is to be drilled at next; null where its smallest is known. */
  #rateWanted(fault: Fault, full: RunRow): number | null {
    const lesser = [...this.#hooks.done.values(), ...this.#tried.values()].filter(
      (run) => run.purpose === 'rate' && run.planted[0]?.kind === fault.kind,
    );
    return nextRate(
      fault.defaultRate,
      [full, ...lesser].map((run) => ({
        rate: run.planted[0]?.rate ?? fault.defaultRate,
        detected: noticed(run),
      })),
    );
  }

  #plantedAt(kind: string, rate: number, label: string): Planted {
    const fault = this.#hooks.known.get(kind);
    return {
      kind,
      rate,
      seed: drawnSeed(this.#plan.masterSeed, `victims ${label} ${kind}`),
      declares: [...(fault?.changes ?? [])],
      component: fault?.component ?? null,
    };
  }
}
