import { recallAtK } from '../../../src/metrics/ranking/recall.ts';
import type { VectorTable } from '../../../src/record/types.ts';
import { squaredNorms } from '../../../src/truth/cosine.ts';
import { exactTopK } from '../../../src/truth/exact.ts';
import { hnswlibBuild } from '../../../src/truth/reference/native-build.ts';
import {
  openReferenceIndex,
  type ReferenceIndex,
} from '../../../src/truth/reference/reference-index.ts';
import { wholeNumbers } from '../script-flags.ts';
import { median, runScript, table } from '../support.ts';
import { clusteredRows } from './clustered-vectors.ts';
import { type HnswPeer, startHnswPeer } from './hnsw-peer.ts';
import { scratchFolder } from './scratch.ts';

const DIMENSION = 768;
const QUERIES = 1000;
const K = 10;
const PARAMETERS = { M: 16, efConstruction: 200, seed: 100 };
const EF_SEARCHES = [10, 12, 14, 16, 20, 24, 28, 32, 40, 50, 64, 80, 100, 128, 200, 400, 800];
const GOOD_RECALL = 0.99;
const SEARCH_ROUNDS = 7;

/** Builds a round on both sides: four to five minutes at 100,000 rows. */
const { rounds, rows: rowCount } = wholeNumbers({ rounds: 1, rows: 100_000 });
const build = await hnswlibBuild();
const flags = build.flags.length > 0 ? build.flags : ['-O3'];

interface Built {
  readonly wallMs: number;
  readonly cpuMs: number;
}

await runScript(
  'Reference index against hnswlib in C++',
  async (print) => {
    await using scratch = await scratchFolder('hnsw');
    const documents = tableOf('d', clusteredRows(DIMENSION, 2).next(rowCount));
    const queries = tableOf('q', clusteredRows(DIMENSION, 3).next(QUERIES));
    const input = { documents, queries, k: K, ...PARAMETERS, cacheFolder: null };
    await using peer = await startHnswPeer(scratch.path, flags, {
      rows: unit(documents),
      queries: unit(queries),
      dimension: DIMENSION,
      k: K,
      ...PARAMETERS,
    });
    const { lists } = await exactTopK({ documents, queries, kPrime: K });
    const ours: Built[] = [];
    const theirs: Built[] = [];
    let index: ReferenceIndex | null = null;
    for (let round = 0; round < rounds; round++) {
      const oursNow = async () => {
        await index?.close();
        index = await openReferenceIndex(input);
        ours.push({ wallMs: index.buildMs, cpuMs: index.buildCpuMs ?? 0 });
        return index;
      };
      if (round % 2 === 0) index = await oursNow();
      theirs.push(await peer.build());
      if (round % 2 === 1) index = await oursNow();
    }
    if (index === null) throw new Error('nothing was built');
    const searched = await compareSearches(index, peer, (found) =>
      mean(
        lists.map(
          ({ keys }, query) =>
            recallAtK(
              keys,
              Array.from(found.slice(query * K, (query + 1) * K), (row) => `c/d-${row}`),
              K,
            ).recall ?? 0,
        ),
      ),
    );
    await index.close();
    const buildRatio = ratio(ours, theirs, ({ wallMs }) => wallMs);
    const cpuRatio = ratio(ours, theirs, ({ cpuMs }) => cpuMs);
    print(
      `${rowCount.toLocaleString('en')} × ${DIMENSION} clustered rows, ${QUERIES.toLocaleString('en')} queries, k = ${K}, M = ${PARAMETERS.M}, efConstruction = ${PARAMETERS.efConstruction}; one thread on both sides. hnswlib-node ${build.version}, ${build.kind} build; both sides compiled with \`${flags.join(' ')}\`.\n`,
    );
    print(
      table([
        ['', 'hnswlib-node', 'C++', 'ratio'],
        ['build s (wall)', seconds(ours, 'wallMs'), seconds(theirs, 'wallMs'), times(buildRatio)],
        ['build s (CPU)', seconds(ours, 'cpuMs'), seconds(theirs, 'cpuMs'), times(cpuRatio)],
        [
          `search µs at efSearch ${searched.efSearch}, recall ${searched.recall.toFixed(4)}`,
          searched.oursUs.toFixed(1),
          searched.theirsUs.toFixed(1),
          times(searched.ratio),
        ],
      ]),
    );
    return [
      check('build, wall time against C++', buildRatio, 1.15),
      check(`search at recall ≥ ${GOOD_RECALL}, against C++`, searched.ratio, 1.6),
      {
        what: 'neighbours that both sides agree on',
        value: `${(100 * searched.equal).toFixed(2)}%`,
        bound: '100%',
        holds: searched.equal === 1,
      },
    ];
  },
  [`hnswlib-node ${build.version}`],
  { rows: { type: 'string' }, rounds: { type: 'string' } },
);

/** Finds the least efSearch with good recall, then lets both sides search in turn. */
async function compareSearches(
  index: ReferenceIndex,
  peer: HnswPeer,
  recallOf: (found: Int32Array) => number,
): Promise<{
  readonly efSearch: number;
  readonly recall: number;
  readonly oursUs: number;
  readonly theirsUs: number;
  readonly ratio: number;
  readonly equal: number;
}> {
  let chosen = { efSearch: 0, recall: 0 };
  for (const efSearch of EF_SEARCHES) {
    const { found } = await index.search(efSearch);
    chosen = { efSearch, recall: recallOf(found) };
    if (chosen.recall >= GOOD_RECALL) break;
  }
  const ours: number[] = [];
  const theirs: number[] = [];
  let equal = 1;
  for (let round = 0; round <= SEARCH_ROUNDS; round++) {
    const own = await index.search(chosen.efSearch);
    const other = await peer.search(chosen.efSearch);
    const same = own.found.filter((row, i) => row === other.found[i]).length;
    equal = Math.min(equal, same / own.found.length);
    // The first round warms the caches.
    if (round === 0) continue;
    ours.push((own.totalMs * 1000) / QUERIES);
    theirs.push((other.wallMs * 1000) / QUERIES);
  }
  const ratios = ours.map((us, i) => us / (theirs[i] ?? Number.NaN));
  return {
    ...chosen,
    oursUs: median(ours),
    theirsUs: median(theirs),
    ratio: median(ratios),
    equal,
  };
}

/** Rows at length 1, normalised as the index normalises them. */
function unit(rows: VectorTable): Float32Array {
  const squares = squaredNorms(rows, 'row');
  return rows.values.map(
    (value, i) => value / Math.sqrt(squares[Math.floor(i / DIMENSION)] ?? Number.NaN),
  );
}

function tableOf(prefix: string, values: Float32Array): VectorTable {
  const count = values.length / DIMENSION;
  return {
    ids: Array.from({ length: count }, (_, row) => `c/${prefix}-${row}`),
    dimension: DIMENSION,
    values,
  };
}

function ratio(a: readonly Built[], b: readonly Built[], of: (one: Built) => number): number {
  return median(a.map(of)) / median(b.map(of));
}

function seconds(built: readonly Built[], of: keyof Built): string {
  return (median(built.map((one) => one[of])) / 1000).toFixed(1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}

function check(what: string, value: number, bound: number) {
  return { what, value: times(value), bound: `≤ ${bound} ×`, holds: value <= bound };
}
