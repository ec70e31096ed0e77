import { averageByNeed } from '../../../src/parity/cell/by-need.ts';
import type { Random } from '../../../src/stats/random.ts';

/** A law of differences (candidate − incumbent), with its true mean. */
export interface QualityScenario {
  readonly name: string;
  /** Needs of one run. */
  readonly needs: number;
  readonly margin: number;
  readonly trueMean: number;
  /** The differences of one run, one a need. */
  readonly draw: (random: Random) => number[];
}

/** Value and probability; what is left over is zero. */
type Law = readonly (readonly [value: number, probability: number])[];

const MARGIN = 0.005;

/** Laws whose true loss equals the default margin: a gate may pass them at most one time in twenty. */
const AT_THE_MARGIN: readonly (readonly [name: string, law: Law])[] = [
  ['(a) a few needs lost whole', [[-1, 0.005]]],
  ['(b) many small losses', [[-0.1, 0.05]]],
  [
    '(c) whole and small losses',
    [
      [-1, 0.002],
      [-0.1, 0.03],
    ],
  ],
  [
    '(d) losses hidden by gains',
    [
      [-1, 0.01],
      [0.1, 0.05],
    ],
  ],
];

/** Laws whose true loss is four margins: a gate should fail them. */
const FAR_BELOW: readonly (readonly [name: string, law: Law])[] = [
  ['a few needs lost whole', [[-1, 0.02]]],
  ['many small losses', [[-0.1, 0.2]]],
  [
    'whole and small losses',
    [
      [-1, 0.01],
      [-0.1, 0.1],
    ],
  ],
  [
    'losses hidden by gains',
    [
      [-1, 0.025],
      [0.1, 0.05],
    ],
  ],
];

/** True loss equal to the margin, over so many needs. */
export function lossesAtTheMargin(needs: number): QualityScenario[] {
  return [
    ...AT_THE_MARGIN.map(([name, law]) => independent(name, needs, law)),
    {
      ...independent('(e) needs asked ten times each', needs, [[-1, 0.005]]),
      draw: (random) => averageByNeed(askedTenTimes(needs, random)),
    },
  ];
}

/** True loss of .02, over so many needs. */
export function clearLosses(needs: number): QualityScenario[] {
  return FAR_BELOW.map(([name, law]) => independent(name, needs, law));
}

/** No loss: ±.1 in one need in ten. */
export function noLoss(needs: number): QualityScenario {
  return independent('±.1 in 5% + 5% of the needs', needs, [
    [-0.1, 0.05],
    [0.1, 0.05],
  ]);
}

/**
 * What happens where queries are counted for needs: 100 needs asked ten times each, one need in 200 lost, look
 * like 1,000 units.
 */
export function queriesCountedAsNeeds(): QualityScenario {
  return {
    ...independent('100 needs asked ten times, counted as 1,000', 1_000, [[-1, 0.005]]),
    draw: (random) => askedTenTimes(100, random).map(({ value }) => value),
  };
}

function independent(name: string, needs: number, law: Law): QualityScenario {
  return {
    name,
    needs,
    margin: MARGIN,
    trueMean: law.reduce((sum, [value, probability]) => sum + value * probability, 0),
    draw: (random) => Array.from({ length: needs }, () => drawFrom(law, random)),
  };
}

function drawFrom(law: Law, random: Random): number {
  let left = random.fraction();
  for (const [value, probability] of law) {
    left -= probability;
    if (left < 0) return value;
  }
  return 0;
}

/** Ten queries a need; a lost need loses all of them. */
function askedTenTimes(needs: number, random: Random): { need: string; value: number }[] {
  return Array.from({ length: needs }, (_, need) => {
    const value = drawFrom([[-1, 0.005]], random);
    return Array.from({ length: 10 }, () => ({ need: String(need), value }));
  }).flat();
}
