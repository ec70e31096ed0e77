import { markdownTable } from 'markdown-table';
import { type SimulatedRow, type Simulation, standardError } from './simulate.ts';

/** A simulation as Markdown: the same data gives the same bytes. */
export function renderSimulation({ seed, gates, contrasts }: Simulation): string {
  const [real, ...others] = gates;
  const rows = real?.rows ?? [];
  return [
    '# Simulation of the gates',
    '',
    '<!-- Generated from gates.json by `bench documents --write`; do not edit. -->',
    '',
    'Runs are drawn from laws whose truth is known, and judged by the functions that judge real runs.',
    `Every row has a seeded stream of its own (seed ${seed}); rates are given ± one standard error.`,
    '',
    ...gates.map(
      ({ name, rows: all }) =>
        `- **${name}**: ${metCount(all)} of ${all.length} requirements met${
          metCount(all) === all.length ? '' : ', so these gates fail the simulation'
        }`,
    ),
    '',
    '## What must hold',
    '',
    markdownTable(
      [
        [
          'claim',
          'law',
          'run',
          'truth',
          'counted',
          'required',
          ...gates.map(({ name }) => name),
          'repetitions',
        ],
        ...rows.map((row, at) => [
          row.group,
          row.name,
          row.size,
          row.truth,
          row.event,
          limitText(row),
          rateText(row),
          ...others.map((other) => otherText(other.rows[at])),
          row.repetitions.toLocaleString('en-US'),
        ]),
      ],
      { align: ['l', 'l', 'r', 'l', 'l', 'l', ...gates.map(() => 'r' as const), 'r'] },
    ),
    '',
    'A false pass may exceed its limit by two standard errors of that limit; the other limits stand as they are.',
    'Rows of *sequential* are judged by the betting e-process in the order of the draws, all others on whole runs.',
    '',
    '## What the method avoids, and where it reaches its end',
    '',
    markdownTable(
      [
        ['case', 'law', 'run', 'truth', 'counted', 'rate', 'repetitions'],
        ...contrasts.map((row) => [
          row.group,
          row.name,
          row.size,
          row.truth,
          row.event,
          rateText(row),
          row.repetitions.toLocaleString('en-US'),
        ]),
      ],
      { align: ['l', 'l', 'r', 'l', 'l', 'r', 'r'] },
    ),
    '',
    '*Slower* counts claims in one direction; as many runs claim that the same backend is faster than itself.',
    '',
  ].join('\n');
}

function metCount(rows: readonly SimulatedRow[]): number {
  return rows.filter(({ met }) => met === true).length;
}

function limitText({ limit }: SimulatedRow): string {
  if (limit === null) return '–';
  return `${limit.kind} ${limit.rate}${limit.withError ? ' + 2 SE' : ''}`;
}

function rateText({ count, repetitions, met }: SimulatedRow): string {
  const rate = count / repetitions;
  const error = standardError(rate, repetitions);
  return `${rate.toFixed(4)} ± ${error.toFixed(4)}${met === false ? ' **missed**' : ''}`;
}

function otherText(row: SimulatedRow | undefined): string {
  if (row === undefined) return '–';
  return `${(row.count / row.repetitions).toFixed(2)}${row.met === false ? ' **missed**' : ''}`;
}
