import { isSameMetric } from '../metrics/metric.ts';
import type { RunComparison } from '../parity/compare-runs.ts';
import { reportOf } from './blocks.ts';
import type { ReportDocument } from './model.ts';
import {
  type ComparisonContext,
  changeGatesSection,
  comparedMetricsSection,
  comparedRunsSection,
} from './sections/compare.ts';
import { changedQueriesSection, comparedLatencySection } from './sections/compare-details.ts';

/** Two runs beside each other. */
export function compareReport(
  comparison: RunComparison,
  context: ComparisonContext,
): ReportDocument {
  const { gates, listed, top } = context;
  const queries = comparison.queries.filter(({ metric }) =>
    listed.some((entry) => isSameMetric(entry, metric)),
  );
  const losses = queries.filter(({ difference }) => difference < 0);
  const gains = queries.filter(({ difference }) => difference > 0).reverse();
  return reportOf(
    [
      comparedRunsSection(comparison, context),
      ...(gates.length === 0 ? [] : [changeGatesSection(gates)]),
      comparedMetricsSection(comparison),
      changedQueriesSection('losses', losses, { listed, top }),
      changedQueriesSection('gains', gains, { listed, top }),
      comparedLatencySection(context.first.latency, context.second.latency),
    ],
    { title: 'Two runs compared' },
  );
}
