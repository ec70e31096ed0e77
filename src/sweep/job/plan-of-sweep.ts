import { selectiveFilters } from '../../corpus/selective-filters.ts';
import type { Query } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import {
  type SweepFilters,
  type SweepPlan,
  type SweepPoint,
  type SweepVariant,
  sweepPoints,
} from '../plan/sweep-plan.ts';
import type { SweepJob } from './options.ts';

/** Different filters of one selectivity and collection. */
const FILTERS = 8;

/**
 * What a job asks of its variants, and what it leaves out.
 * @throws UsageError where nothing is left to ask.
 */
export function sweepPlanOf(
  { config, corpus, plan, variants: open }: SweepJob,
  queries: readonly Query[],
): SweepPlan & { readonly leftOut: readonly string[] } {
  const variants: SweepVariant[] = open.map(({ url, backend }) => ({
    label: backend.label,
    fingerprint: backend.fingerprint,
    values: url?.values ?? {},
    effortName: backend.capabilities.effort,
  }));
  const { seed } = config;
  const filters: SweepFilters[] = plan.selectivities.flatMap((selectivity) =>
    corpus.collections.map((collection) => ({
      selectivity,
      collection: collection.name,
      filters: selectiveFilters(collection, { share: selectivity, count: FILTERS, seed }),
    })),
  );
  const selectivities = plan.selectivities.length === 0 ? [null] : plan.selectivities;
  const all = sweepPoints(variants, plan.efforts, selectivities);
  const leftOut = new Set<string>();
  const isAsked = ({ variant, selectivity }: SweepPoint): boolean => {
    if (selectivity === null) return true;
    const { label, capabilities } = open[variant]?.backend ?? {};
    if (capabilities?.queries[plan.operation]?.filter !== true) {
      leftOut.add(`${label}: its ${plan.operation} takes no filter, so it is not in the sweep`);
      return false;
    }
    const hasFilters = filters.some(
      (entry) => entry.selectivity === selectivity && entry.filters.length > 0,
    );
    if (!hasFilters) {
      leftOut.add(
        `no filter over the corpus's metadata leaves about ${selectivity * 100}% of its documents`,
      );
    }
    return hasFilters;
  };
  const points = all.filter(isAsked);
  if (points.length === 0 || queries.length === 0) {
    const why = queries.length === 0 ? 'the corpus has no query without a filter' : [...leftOut][0];
    throw new UsageError('sweep-nothing', `nothing to sweep: ${why}`, {
      hint: 'name other backends, or selectivities that the metadata allows',
    });
  }
  return {
    k: config.k,
    seed,
    cell: plan.operation,
    targets: [...new Set(plan.targets)].sort((a, b) => a - b),
    variants,
    points,
    queryIds: queries.map(({ id }) => id),
    filters,
    rounds: plan.rounds,
    requestsPerBlock: plan.requestsPerBlock,
    concurrency: config.throughput.concurrency,
    leftOut: [...leftOut],
  };
}
