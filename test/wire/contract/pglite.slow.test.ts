import { pglite } from '../../../src/wire/postgres/pglite.ts';
import { contract } from './contract.ts';

const float32 = { vectorError: 0, scoreError: 1e-6 };
const made = { table: 'bench_{collection}' };

contract({
  name: 'PGlite, HNSW',
  open: () => pglite({ ...made, seqscan: false, effort: 300 }),
  distance: 'cosine',
  index: 'hnsw',
  fullEffort: 1000,
  ...float32,
});

contract({
  name: 'PGlite, IVFFlat, euclidean',
  open: () =>
    pglite({
      ...made,
      index: 'ivfflat',
      lists: 4,
      effort: 4,
      seqscan: false,
      distance: 'euclidean',
    }),
  distance: 'euclidean',
  index: 'ivfflat',
  fullEffort: 4,
  ...float32,
});

contract({
  name: 'PGlite without an index, dot product',
  open: () => pglite({ ...made, index: 'none', distance: 'dot' }),
  distance: 'dot',
  index: 'flat',
  ...float32,
});
