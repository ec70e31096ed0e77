import type { Ingested } from '../ingest.ts';
import type { Canary } from './canary.ts';

/** The sides whose documents were not all there at the first look after they were put in. Pure. */
export function visibleLag(ingested: readonly Ingested[]): Canary[] {
  return ingested.flatMap(({ side, collection, readyMs, looks }) =>
    readyMs !== null && looks > 1
      ? [{ side, collection, kind: 'visible-lag', lagMs: readyMs }]
      : [],
  );
}
