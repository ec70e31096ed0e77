import type { Backend } from '../backend.ts';
import type { Driver } from '../driver/driver.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import { filePathOf } from '../driver/url.ts';
import type { HnswFiles } from './session.ts';

/** What tables call the operations of hnswlib. */
const OPERATIONS: Driver['operations'] = {
  health: 'load',
  describe: 'getCurrentCount',
  search: 'searchKnn',
  list: 'getPoint',
  ingest: 'addPoint',
};

/** Where index files of hnswlib are, and how they are searched. */
export interface HnswOptions extends Partial<HnswFiles> {
  readonly file: string;
  readonly timeouts?: DriverTimeouts;
}

/**
 * An HNSW index of hnswlib in a file, with ids and metadata in `FILE.json`. Cosine normalises vectors when they are
 * stored. Every search blocks the thread. hnswlib's defaults: M 16, efConstruction 200, ef 10. Nothing is read
 * before the first operation.
 */
export function hnsw(options: HnswOptions): Backend {
  const { timeouts, ...rest } = options;
  const files: HnswFiles = { distance: 'cosine', m: 16, efConstruction: 200, effort: 10, ...rest };
  const { file, ...parameters } = files;
  return driverBackend(
    {
      label: `hnswlib ${file} · hnsw`,
      fingerprint: `hnswlib@1 ${JSON.stringify(parameters)}`,
      operations: OPERATIONS,
      exact: 'query',
      effort: 'ef',
      open: async () => (await import('./session.ts')).hnswSession(files),
    },
    timeouts,
  );
}

/** `hnsw://FILE?…`. */
export const hnswOfUrl: OfUrl = ({ parameters }, text, { timeouts }) => {
  const files = {
    file: filePathOf(text),
    distance: parameters.oneOf('distance', ['cosine', 'dot', 'euclidean']),
    m: parameters.whole('m'),
    efConstruction: parameters.whole('ef_construction'),
    effort: parameters.whole('effort') ?? parameters.whole('ef'),
  };
  parameters.end();
  return hnsw({ ...given<HnswFiles>(files), timeouts });
};
