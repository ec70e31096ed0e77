import { ARMS } from '../../../src/record/types.ts';
import type { Random } from '../../../src/stats/random.ts';
import { type DrawnNeed, METRICS } from './drawn-findings.ts';
import { type BuildRecalls, hnswBuilds } from './hnsw-builds.ts';

/** A law of whole runs: one need at a time, or all of them together. */
export interface RunLaw {
  readonly name: string;
  readonly truth: string;
  readonly draw: (needs: number, random: Random) => readonly DrawnNeed[];
}

const ZEROS = METRICS.map(() => 0);
const ONES = METRICS.map(() => 1);

/** A share of the margins of recall (.005) and nDCG (.01) is lost in pieces of a size, by each metric for itself. */
export function lossOf(share: number, size: number, together = false): RunLaw {
  const margins = METRICS.map(({ family }) => (family === 'ndcg' ? 0.01 : 0.005));
  const rates = margins.map((margin) => (share * margin) / size);
  return {
    name: `${size === 1 ? 'whole' : 'tenths'} lost${together ? ', the same by all metrics' : ', each metric for itself'}`,
    truth: share === 0 ? 'Δ = 0' : `Δ = −${share} margins`,
    draw: (needs, random) =>
      Array.from({ length: needs }, () => {
        const shared = random.fraction();
        return {
          ...SOUND,
          candidate: rates.map((rate) =>
            (together ? shared < (rates[0] ?? 0) : random.fraction() < rate) ? 1 - size : 1,
          ),
        };
      }),
  };
}

const SOUND: DrawnNeed = {
  incumbent: ONES,
  candidate: ONES,
  failed: [],
  empty: [],
  violates: [],
};

/** Twice the margin of errors: what such an incumbent did not answer is too much to pass over. */
export const ERRORS = errorsOf(0.01);
/** Less than half of it. */
export const FEW_ERRORS = errorsOf(0.002);

function errorsOf(rate: number): RunLaw {
  return alike('failed', rate, 'of the requests fail on either side');
}

/** As few lists without a row, where ten are due. */
export const FEW_EMPTY = alike('empty', 0.002, 'of the answers have no row on either side');

/** The incumbent's silence may not pay for what the candidate loses. */
export const HIDDEN_LOSSES: RunLaw = {
  name: 'needs lost whole by all metrics; 0.2% of the needs get no row of the incumbent',
  truth: 'Δ = −1 margins where both gave rows',
  draw: (needs, random) =>
    Array.from({ length: needs }, () => ({
      ...SOUND,
      ...(random.chance(0.005) ? { candidate: ZEROS } : {}),
      empty: random.chance(0.002) ? (['A', 'A2'] as const) : [],
    })),
};

/** Rare violations that are nobody's alone. */
export const VIOLATIONS = alike('violates', 0.01, 'of the answers repeat a row on either side');

/** A share of the requests of each side goes wrong in one way, by chance alone. */
function alike(how: 'failed' | 'empty' | 'violates', rate: number, name: string): RunLaw {
  return {
    name: `${Number((rate * 100).toPrecision(3))}% ${name}`,
    truth: 'alike',
    draw: (needs, random) =>
      Array.from({ length: needs }, () => ({
        ...SOUND,
        [how]: ARMS.filter(() => random.chance(rate)),
      })),
  };
}

/** Errors that a figure by request would not see. */
export const BOUND_ERRORS: RunLaw = {
  name: 'one need in 200 always fails on the candidate',
  truth: 'errors by the margin',
  draw: (needs, random) =>
    Array.from({ length: needs }, () =>
      random.chance(0.005) ? { ...SOUND, failed: ['B', 'B2'] } : SOUND,
    ),
};

/** 24 clusters; one in 200 is lost whole. */
export const CLUSTERS: RunLaw = {
  name: '24 clusters of 44 needs, one cluster in 200 lost',
  truth: 'Δ = −0.005 over all clusters',
  draw: (needs, random) => {
    const lost = Array.from({ length: 24 }, () => random.chance(0.005));
    return Array.from({ length: needs }, (_, at) =>
      lost[at % 24] === true ? { ...SOUND, candidate: ZEROS } : SOUND,
    );
  },
};

/** Two builds that differ by chance alone. */
export const BUILDS_ALIKE: RunLaw = {
  name: 'M 8, efSearch 48, two random levels',
  truth: 'Δ within ±0.0005',
  draw: (needs, random) => {
    const [one, other] = random.sample(hnswBuilds().good, 2);
    return ofBuilds(one, other, needs, random);
  },
};

/** One index, asked with less effort. */
export const BUILDS_APART: RunLaw = {
  name: 'M 8, efSearch 48 against 26',
  truth: 'Δ beyond −0.005',
  draw: (needs, random) => {
    const { good, poor } = hnswBuilds();
    return ofBuilds(random.pick(good), random.pick(poor), needs, random);
  },
};

function ofBuilds(
  incumbent: BuildRecalls | undefined,
  candidate: BuildRecalls | undefined,
  needs: number,
  random: Random,
): DrawnNeed[] {
  const size = incumbent?.length ?? 0;
  return Array.from({ length: needs }, () => {
    const at = random.integer(0, size - 1);
    const of = (recalls: BuildRecalls | undefined) => METRICS.map(() => recalls?.[at] ?? 0);
    return { ...SOUND, incumbent: of(incumbent), candidate: of(candidate) };
  });
}
