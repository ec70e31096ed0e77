import type { Arm } from '../../../src/record/types.ts';
import { alphaOfLook, type Look } from '../../../src/stats/decisions/spent-alpha.ts';
import type { Random } from '../../../src/stats/random.ts';
import { type DrawnNeed, drawnFindings, METRICS } from './drawn-findings.ts';
import type { GatesUnderTest } from './gates.ts';
import { type BuildRecalls, hnswBuilds } from './hnsw-builds.ts';
import type { Limit, Requirement } from './requirements.ts';

/** A law of whole runs: one need at a time, or all of them together. */
interface RunLaw {
  readonly name: string;
  readonly truth: string;
  readonly draw: (needs: number, random: Random) => readonly DrawnNeed[];
}

const FALSE_ANSWER: Limit = { kind: 'at most', rate: 0.05, withError: true };
const POWER: Limit = { kind: 'at least', rate: 0.9, withError: false };
const ARMS: readonly Arm[] = ['A', 'A2', 'B', 'B2'];
const FIRST: Look = { number: 1, alpha: alphaOfLook(1) };
const ZEROS = METRICS.map(() => 0);
const ONES = METRICS.map(() => 1);

/** What the whole verdict must hold at its default margins, in a first look unless it is said otherwise. */
export function verdictRequirements(): Requirement[] {
  const inside = [1_000, 3_000].flatMap((needs) => [
    verdict('False fail, whole verdict: losses inside the margin', lossOf(0.8, 1), needs, 'fail'),
    verdict('False fail, whole verdict: losses inside the margin', lossOf(0.8, 0.1), needs, 'fail'),
    verdict('False fail, whole verdict: losses at the margin', lossOf(1, 1), needs, 'fail'),
    verdict('False fail, whole verdict: losses at the margin', lossOf(1, 0.1), needs, 'fail'),
  ]);
  const alike = [FEW_ERRORS, VIOLATIONS].flatMap((law) =>
    (['fail', 'environment unfit'] as const).map((event) =>
      verdict('The same side twice', law, 1_000, event),
    ),
  );
  return [
    ...inside,
    ...alike,
    verdict('The same side twice', ERRORS, 1_000, 'fail'),
    verdict('False pass, whole verdict: an incumbent that fails', ERRORS, 1_000, 'pass'),
    verdict(
      'False pass, whole verdict: one loss, seen by all gates',
      lossOf(1, 1, true),
      1_000,
      'pass',
    ),
    verdict('False pass, whole verdict: errors bound to needs', BOUND_ERRORS, 1_000, 'pass'),
    again('False pass: asked again until it is decided', 'levels shared by the looks', alphaOfLook),
    verdict('Two builds of one HNSW index', BUILDS_ALIKE, 1_000, 'fail'),
    verdict('An HNSW index searched less well', BUILDS_APART, 1_000, 'pass'),
    { ...verdict('Pass: nothing is lost', lossOf(0, 1), 1_000, 'pass'), limit: POWER },
  ];
}

/** What goes wrong otherwise, and where a claim ends. */
export function verdictContrasts(): Requirement[] {
  const shown = (row: Requirement): Requirement => ({ ...row, limit: null });
  return [
    shown(again('Asked again at α = .05 each time', 'levels not shared', () => 0.05)),
    shown(
      verdict('Clusters drawn anew: the claim is about these clusters', CLUSTERS, 1_056, 'pass'),
    ),
  ];
}

/** A share of the margins of recall (.005) and nDCG (.01) is lost in pieces of a size, by each metric for itself. */
function lossOf(share: number, size: number, together = false): RunLaw {
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
          candidate: rates.map((rate, at) =>
            (together ? shared < (rates[0] ?? 0) : random.fraction() < rate)
              ? 1 - size
              : (ONES[at] ?? 1),
          ),
        };
      }),
  };
}

const SOUND: DrawnNeed = { incumbent: ONES, candidate: ONES, failed: [], violates: [] };

/** Twice the margin of errors: what such an incumbent did not answer is too much to pass over. */
const ERRORS = errorsOf(0.01);
/** Less than half of it. */
const FEW_ERRORS = errorsOf(0.002);

function errorsOf(rate: number): RunLaw {
  return {
    name: `${Number((rate * 100).toPrecision(3))}% of the requests fail on either side`,
    truth: 'alike',
    draw: (needs, random) =>
      Array.from({ length: needs }, () => ({
        ...SOUND,
        failed: ARMS.filter(() => random.chance(rate)),
      })),
  };
}

const VIOLATIONS: RunLaw = {
  name: '1% of the answers repeat a row on either side',
  truth: 'alike',
  draw: (needs, random) =>
    Array.from({ length: needs }, () => ({
      ...SOUND,
      violates: ARMS.filter(() => random.chance(0.01)),
    })),
};

const BOUND_ERRORS: RunLaw = {
  name: 'one need in 200 always fails on the candidate',
  truth: 'errors by the margin',
  draw: (needs, random) =>
    Array.from({ length: needs }, () =>
      random.chance(0.005) ? { ...SOUND, failed: ['B', 'B2'] } : SOUND,
    ),
};

/** 24 clusters; one in 200 is lost whole. */
const CLUSTERS: RunLaw = {
  name: '24 clusters of 44 needs, one cluster in 200 lost',
  truth: 'Δ = −0.005 over all clusters',
  draw: (needs, random) => {
    const lost = Array.from({ length: 24 }, () => random.chance(0.005));
    return Array.from({ length: needs }, (_, at) =>
      lost[at % 24] === true ? { ...SOUND, candidate: ZEROS } : SOUND,
    );
  },
};

const BUILDS_ALIKE: RunLaw = {
  name: 'M 8, efSearch 48, two random levels',
  truth: 'Δ within ±0.0005',
  draw: (needs, random) => {
    const [one, other] = random.sample(hnswBuilds().good, 2);
    return ofBuilds(one, other, needs, random);
  },
};

const BUILDS_APART: RunLaw = {
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

function verdict(
  group: string,
  law: RunLaw,
  needs: number,
  event: 'pass' | 'fail' | 'environment unfit',
): Requirement {
  return {
    group,
    name: law.name,
    size: `${needs} needs`,
    truth: law.truth,
    event,
    limit: FALSE_ANSWER,
    kind: 'verdict',
    happens: (random, gates) =>
      gates.verdict(drawnFindings(law.draw(needs, random)), FIRST) === event,
  };
}

const LOOKS = 5;
const FIRST_NEEDS = 800;

/** Who is told that more needs would decide asks half as many on top, five times over, whatever he has seen. */
function again(group: string, name: string, alphaOf: (look: number) => number): Requirement {
  const law = lossOf(1, 1, true);
  return {
    group,
    name: `whole lost; ${name}`,
    size: `${FIRST_NEEDS} needs, up to ${LOOKS} looks`,
    truth: law.truth,
    event: 'pass',
    limit: FALSE_ANSWER,
    kind: 'verdict',
    happens: (random, gates) => passesAtLast(law, random, gates, alphaOf),
  };
}

function passesAtLast(
  law: RunLaw,
  random: Random,
  gates: GatesUnderTest,
  alphaOf: (look: number) => number,
): boolean {
  const needs: DrawnNeed[] = [];
  for (let number = 1; number <= LOOKS; number++) {
    const more = number === 1 ? FIRST_NEEDS : Math.ceil(needs.length / 2);
    needs.push(...law.draw(more, random));
    const state = gates.verdict(drawnFindings(needs), { number, alpha: alphaOf(number) });
    if (state !== 'inconclusive') return state === 'pass';
  }
  return false;
}
