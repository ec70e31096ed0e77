import type { CorpusMetric } from '../../corpus/types.ts';
import type { Side } from '../../record/types.ts';
import type { CollectionInfo } from '../../wire/operations.ts';
import type { Canary } from './canary.ts';

/** What the description of a collection gives away; `metric` is that of the truth. Pure. */
export function canariesOfDescription(
  side: Side,
  collection: string,
  info: CollectionInfo,
  metric: CorpusMetric,
): Canary[] {
  const place = { side, collection };
  const { count, indexedCount, index, distance, quantisation, parameters } = info;
  const hasIndex = index !== null && index !== 'flat';
  const found: Canary[] = [];
  if (hasIndex && count !== null && indexedCount !== null && indexedCount < count) {
    if (indexedCount === 0) found.push({ ...place, kind: 'exact-for-index', count, index });
    else found.push({ ...place, kind: 'unindexed-rows', count, indexedCount });
  }
  const { plan } = parameters;
  const isMeant = parameters.enable_indexscan === 'off';
  if (hasIndex && !isMeant && typeof plan === 'string' && /^seq scan/i.test(plan)) {
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
