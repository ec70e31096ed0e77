import { resolve } from 'node:path';
import type { Backend } from '../backend.ts';
import type { Driver } from '../driver/driver.ts';
import { type DriverTimeouts, driverBackend } from '../driver/driver-backend.ts';
import { given, type OfUrl } from '../driver/of-url.ts';
import { filePathOf } from '../driver/url.ts';
import { lanceIndexBytes } from './index-size.ts';
import { lanceLibrary } from './library.ts';
import { type LanceOptions, lanceSession } from './session.ts';

/** Where a database of LanceDB is, and how its tables are searched. */
export interface LancedbOptions extends Partial<LanceOptions> {
  readonly folder: string;
  readonly timeouts?: DriverTimeouts;
}

const OPERATIONS: Driver['operations'] = {
  health: 'tableNames',
  describe: 'indexStats',
  search: 'vectorSearch',
  list: 'query',
  ingest: 'add',
};

/**
 * LanceDB in this process, by the package `@lancedb/lancedb` (to install: 0.31.0 is the last that is built for every
 * platform). Nothing is opened before the first operation.
 */
export function lancedb(options: LancedbOptions): Backend {
  const { folder, timeouts, ...rest } = options;
  const table: LanceOptions = {
    table: '{collection}',
    distance: 'cosine',
    index: 'none',
    exact: false,
    ...rest,
  };
  const isFlat = table.exact || table.index === 'none';
  return driverBackend(
    {
      label: `lancedb ${folder}/${table.table} · ${isFlat ? 'exact' : table.index}`,
      fingerprint: `lancedb@1 ${JSON.stringify(table)}`,
      operations: OPERATIONS,
      exact: 'query',
      effort: table.index === 'none' ? null : table.index === 'hnsw_sq' ? 'ef' : 'nprobes',
      open: async () => {
        const library = await lanceLibrary();
        const place = resolve(folder);
        return lanceSession(library, await library.connect(place), table, (name) =>
          lanceIndexBytes(place, name),
        );
      },
    },
    timeouts,
  );
}

/** `lancedb://FOLDER?…`. */
export const lancedbOfUrl: OfUrl = ({ parameters }, text, { timeouts }) => {
  const { whole } = parameters;
  const options = {
    folder: filePathOf(text),
    table: parameters.text('table'),
    distance: parameters.oneOf('distance', ['cosine', 'dot', 'euclidean']),
    index: parameters.oneOf('index', ['none', 'ivf_flat', 'ivf_pq', 'hnsw_sq']),
    partitions: whole('partitions'),
    effort: whole('effort') ?? whole('nprobes') ?? whole('ef'),
    refineFactor: whole('refine_factor'),
    exact: parameters.flag('exact'),
  };
  parameters.end();
  return lancedb({ ...given<Omit<LancedbOptions, 'timeouts'>>(options), timeouts });
};
