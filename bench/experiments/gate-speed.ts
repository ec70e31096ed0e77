import { judge } from '../../src/gate/judge/judge-claims.ts';
import { left, paragraph, reportOf, right, row, section, table } from '../../src/report/blocks.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { count, ms, prose, ratio } from '../../src/report/spans.ts';
import { meanLowerBound, meanUpperBound } from '../../src/stats/intervals/bounded-mean-bound.ts';
import { type Random, randomStream } from '../../src/stats/random.ts';
import { wholeNumbers } from './script-flags.ts';

// How long 20 cells of 1,000 needs take to judge, beside the same bounds by Monte Carlo: node bench/experiments/gate-speed.ts
const { needs, cells, draws, rounds, seed } = wholeNumbers(
  { needs: 1000, cells: 20, draws: 10_000, rounds: 3, seed: 1 },
  [],
);
const MARGIN = 0.005;
const ALPHA = 0.05;

/** Differences as metrics give them: none, tenths (recall@10), and all different (nDCG). */
const LAWS: readonly (readonly [name: string, draw: (random: Random) => number])[] = [
  ['identical', () => 0],
  [
    'recall in tenths',
    ({ fraction }) => {
      const u = fraction();
      return u < 0.05 ? -0.1 : u < 0.1 ? 0.1 : 0;
    },
  ],
  ['needs lost whole', ({ fraction }) => (fraction() < 0.004 ? -1 : 0)],
  ['nDCG, most needs equal', ({ fraction }) => (fraction() < 0.1 ? (fraction() - 0.5) * 0.2 : 0)],
  ['nDCG, all different', ({ fraction }) => (fraction() - 0.5) * 0.2],
];

/** Both bounds by drawing Σ g z / Σ g, as the papers describe it; they vary with the seed. */
function monteCarloBounds(
  differences: readonly number[],
  random: Random,
): { lower: number; upper: number } {
  const lower = new Float64Array(draws);
  const upper = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    let weights = 0;
    let total = 0;
    for (const difference of differences) {
      const g = -Math.log(1 - random.fraction());
      weights += g;
      total += g * difference;
    }
    const extra = -Math.log(1 - random.fraction());
    lower[draw] = (total - extra) / (weights + extra);
    upper[draw] = (total + extra) / (weights + extra);
  }
  lower.sort();
  upper.sort();
  const at = Math.floor(ALPHA * draws);
  return { lower: lower[at] ?? Number.NaN, upper: upper[draws - 1 - at] ?? Number.NaN };
}

const random = randomStream(seed, 'gate speed');
const samples = Array.from({ length: cells }, (_, cell) => {
  const [law = '', draw = () => 0] = LAWS[cell % LAWS.length] ?? [];
  return { law, differences: Array.from({ length: needs }, () => draw(random)) };
});

const bounds = samples.map(({ differences }) => ({
  lower: meanLowerBound(differences),
  upper: meanUpperBound(differences),
}));

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

// Rounds alternate, so that what else the machine does falls on both; the first is a warm-up.
const judging: number[] = [];
const drawing: number[] = [];
let furthest = 0;
for (let round = 0; round <= rounds; round++) {
  const judged = timed(() => {
    for (const { differences } of samples) judge(differences, MARGIN);
  });
  const drawn = timed(() => {
    for (const [index, { differences }] of samples.entries()) {
      const peer = monteCarloBounds(differences, random);
      const exact = bounds[index] ?? peer;
      furthest = Math.max(
        furthest,
        Math.abs(peer.lower - exact.lower),
        Math.abs(peer.upper - exact.upper),
      );
    }
  });
  if (round === 0) continue;
  judging.push(judged);
  drawing.push(drawn);
}

const best = (times: readonly number[]): number => Math.min(...times);
const size = `${cells} cells × ${needs.toLocaleString('en-US')} needs`;
const report = reportOf([
  section('speed', null, [
    table(
      [left('what'), left('size'), right('best of'), right('ms')],
      [
        row(
          ['judge'],
          ['judge: both bounds, p, needs to decide', size, count(rounds), ms(best(judging), 1)],
        ),
        row(
          ['Monte Carlo'],
          [
            prose`Monte Carlo: both bounds, ${count(draws)} draws`,
            size,
            count(rounds),
            ms(best(drawing), 1),
          ],
        ),
      ],
    ),
    paragraph(
      prose`Monte Carlo takes ${ratio(best(drawing) / best(judging), 0)} times as long; its bounds lie up to ${furthest.toExponential(1)} from the exact ones.`,
    ),
  ]),
]);
process.stdout.write(renderMarkdown(report));
process.exitCode = best(judging) < 1_000 ? 0 : 1;
