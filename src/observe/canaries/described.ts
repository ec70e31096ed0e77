import type { CorpusMetric } from '../../corpus/types.ts';
import type { CollectionInfo } from '../../wire/operations.ts';
import type { Canary } from './canary.ts';

/** Plans of PostgreSQL and of MariaDB that read every row. */
const READS_ALL = /^(?:seq scan|all$)/i;

/** What the description of a collection gives away; `metric` is that of the truth. Pure. */
export function canariesOfDescription(
  side: string,
  collection: string,
  info: CollectionInfo,
  metric: CorpusMetric,
): Canary[] {
  const place = { side, collection };
  const { count, indexedCount, index, distance, quantisation, parameters } = info;
  const hasIndex = index !== null && index !== 'flat';
  const found: Canary[] = [];
  // Who asked for exact search has no use for the index.
  const isMeant = info.exactAsked === true;
  if (hasIndex && !isMeant && count !== null && indexedCount !== null && indexedCount < count) {
    if (indexedCount === 0) found.push({ ...place, kind: 'exact-for-index', count, index });
    else found.push({ ...place, kind: 'unindexed-rows', count, indexedCount });
  }
  const { plan } = parameters;
  if (hasIndex && !isMeant && typeof plan === 'string' && READS_ALL.test(plan)) {
    found.push({ ...place, kind: 'sequential-scan', plan, index });
  }
  const isWhole = quantisation === null || quantisation === 'none';
  if (!isWhole && info.quantisationAsked !== true) {
    found.push({ ...place, kind: 'quantised', quantisation });
  }
  if (info.exists !== false && distance !== null && distance !== metric) {
    found.push({ ...place, kind: 'other-metric', distance, metric });
  }
  return found;
}
