import { markdownTable } from 'markdown-table';
import { cellText, fixed, percent } from '../../../report/numbers.ts';
import type { Attributed } from './attributed.ts';
import { lowestRate } from './rate-search.ts';
import { isAttributed, isRepaired, type Requirement, requirementsOf } from './requirements.ts';
import type { DrillRecord, RunRow } from './rows.ts';
import {
  type CleanSummary,
  cleanSummary,
  type FaultSummary,
  faultSummaries,
  type PairSummary,
  pairSummaries,
} from './summary.ts';

const STEP_TEXT = {
  retrieve: '`bench retrieve`',
  answers: '`bench retrieve` without latency',
  drift: '`bench drift`',
  errors: '`bench retrieve`, 20,000 request pairs',
  load: '`bench load`',
} as const;

/** A drill as a Markdown document: the same record gives the same bytes. */
export function drillDocument({ head, runs }: DrillRecord): string {
  const minutes = seconds(runs) / 60;
  return [
    '# The drill',
    '',
    '<!-- Generated from drill.jsonl by `bench documents --write`; do not edit. -->',
    '',
    `Faults are planted in the candidate of the embedded pair; a process that gets two URLs, the same settings every time and a seed for the order of its questions measures, and knows neither whether there is a fault nor which. Seed ${head.masterSeed}, ${head.machine}, ${head.startedAt.slice(0, 10)}; ${runs.length} runs, ${fixed(minutes, 0)} minutes of measuring.`,
    '',
    drillTables(runs),
  ].join('\n');
}

/** The tables alone: what must hold, the faults, the pairs and the clean runs, as far as there are any. */
export function drillTables(runs: readonly RunRow[]): string {
  const faults = faultSummaries(runs);
  const pairs = pairSummaries(runs);
  const clean = cleanSummary(runs);
  return [
    ...requirementLines(requirementsOf(runs)),
    ...(faults.length === 0 ? [] : faultLines(faults)),
    ...(pairs.length === 0 ? [] : pairLines(pairs)),
    ...(clean.runs === 0 ? [] : cleanLines(clean)),
  ].join('\n');
}

function seconds(runs: readonly RunRow[]): number {
  return runs.reduce(
    (sum, { steps }) => sum + steps.reduce((inner, step) => inner + step.seconds, 0),
    0,
  );
}

function requirementLines(requirements: readonly Requirement[]): string[] {
  const broken = requirements.flatMap(({ claim, failures }) =>
    failures.map((text) => `- ${claim}: ${cellText(text)}`),
  );
  return [
    '## What must hold',
    '',
    markdownTable(
      [
        ['claim', 'cases', 'met', 'holds'],
        ...requirements.map(({ claim, cases, met, holds }) => [
          claim,
          String(cases),
          String(met),
          holds ? 'yes' : '**no**',
        ]),
      ],
      { align: ['l', 'r', 'r', 'l'] },
    ),
    '',
    ...(broken.length === 0 ? [] : ['What does not hold:', '', ...broken, '']),
  ];
}

function faultLines(faults: readonly FaultSummary[]): string[] {
  return [
    '## Faults',
    '',
    markdownTable(
      [
        [
          'fault',
          'full strength',
          'declares',
          'detected by',
          'first by',
          'attributed to',
          'share',
          'twin',
          'smallest rate detected',
        ],
        ...faults.map((fault) => [
          fault.kind + (fault.corpus === 'workers-200' ? '' : ` (${fault.corpus})`),
          rateText(fault.rate),
          fault.declares.join(', '),
          detectedText(fault),
          fault.step === null ? '–' : STEP_TEXT[fault.step],
          attributedText(fault),
          percent(fault.attributed?.top === null ? null : fault.attributed?.share, 0),
          twinText(fault.attributed),
          smallestText(fault),
        ]),
      ],
      { align: ['l', 'r', 'l', 'l', 'l', 'l', 'r', 'r', 'r'] },
    ),
    '',
    'Detected by: the checks that observe what the fault declares. Twin: mean distance on held-out queries between the answers of the incumbent and of the candidate and their replays, over the distance between the sides; above .25 for either, nothing is attributed. Smallest rate: by bisection over halvings of the full strength, one fresh run a rate, so it is uncertain by a factor of about two; ≤ where the fault was noticed at the smallest rate that is tried, a 128th of its full strength.',
    '',
  ];
}

function detectedText({ throughDeclared, declares, onRanking, checks }: FaultSummary): string {
  if (declares.includes('none')) {
    return onRanking.length === 0
      ? `nothing on the ranking${checks.length === 0 ? '' : `; ${checks.join(', ')}`}`
      : `**${onRanking.join(', ')}**`;
  }
  if (throughDeclared.length === 0) return '**not detected**';
  const shown = throughDeclared.slice(0, 4).join(', ');
  return throughDeclared.length > 4 ? `${shown} and ${throughDeclared.length - 4} more` : shown;
}

function attributedText(fault: FaultSummary): string {
  const { attributed, component, declares } = fault;
  if (attributed === null) return '–';
  const name = attributed.top ?? attributed.status;
  if (!declares.includes('ranking') || component === null) return name;
  const right =
    component === 'unexplained' ? attributed.status === 'unexplained' : isAttributed(fault);
  return right ? name : `**${name}** (is ${component})`;
}

function twinText(attributed: Attributed | null): string {
  if (attributed === null) return '–';
  const { incumbent, candidate, across } = attributed.fidelity;
  if (across === 0) return '–';
  return `${fixed(incumbent / across, 3)}, ${fixed(candidate / across, 3)}`;
}

function smallestText({ rate, smallestRate, ratesTried, declares }: FaultSummary): string {
  if (declares.includes('none')) return '–';
  if (smallestRate === null) return 'none';
  if (ratesTried === 0) return 'not searched';
  return `${smallestRate <= lowestRate(rate) ? '≤ ' : ''}${rateText(smallestRate)}`;
}

function rateText(rate: number): string {
  return `${Number((rate * 100).toPrecision(3))}%`;
}

function pairLines(pairs: readonly PairSummary[]): string[] {
  return [
    '## Pairs of faults',
    '',
    markdownTable(
      [
        ['planted', 'components', 'detected', 'smallest set to mend', 'both in it', 'twin'],
        ...pairs.map((pair) => [
          pair.name,
          pair.components.join(' + '),
          pair.detected ? 'yes' : '**no**',
          pair.attributed?.repair?.join(' + ') ?? pair.attributed?.status ?? '–',
          isRepaired(pair) ? 'yes' : '**no**',
          twinText(pair.attributed),
        ]),
      ],
      { align: ['l', 'l', 'l', 'l', 'l', 'r'] },
    ),
    '',
  ];
}

function cleanLines({ runs, counts, lower, upper, steps, alarms }: CleanSummary): string[] {
  return [
    '## Clean runs',
    '',
    `${runs} runs of the pair without a fault: ${counts.pass} pass, ${counts.inconclusive} inconclusive, ${counts.fail} fail, ${counts.unfit} without an answer. Rate of \`fail\`: ${percent(counts.fail / runs)}, exact 95% interval [${percent(lower)}, ${percent(upper)}].`,
    '',
    markdownTable(
      [
        ['step', 'runs', 'failed'],
        ...steps.map(({ step, runs: taken, failed }) => [
          STEP_TEXT[step],
          String(taken),
          String(failed),
        ]),
      ],
      { align: ['l', 'r', 'r'] },
    ),
    '',
    ...(alarms.length === 0 ? [] : [...alarms.map((text) => `- ${cellText(text)}`), '']),
  ];
}
