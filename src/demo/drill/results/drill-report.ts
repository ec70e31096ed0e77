import { firstNamed } from '../../../counted.ts';
import {
  key,
  left,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../report/blocks.ts';
import type { Content, ReportDocument, Section, Span } from '../../../report/model.ts';
import {
  bounds,
  code,
  count,
  MISSING,
  numeral,
  prose,
  ratio,
  sentence,
  setting,
  share,
  state,
  strong,
  things,
} from '../../../report/spans.ts';
import type { AttributedCause } from './attributed.ts';
import { lowestRate } from './rate-search.ts';
import { isAttributed, isRepaired, type Requirement, requirementsOf } from './requirements.ts';
import type { DrillRecord, RunRow, StepName } from './rows.ts';
import {
  type CleanSummary,
  cleanSummary,
  type FaultSummary,
  faultSummaries,
  type PairSummary,
  pairSummaries,
} from './summary.ts';

const STEPS: Readonly<Record<StepName, Content>> = {
  retrieve: code('bench retrieve'),
  answers: [code('bench retrieve'), ' without latency'],
  drift: code('bench drift'),
  errors: [code('bench retrieve'), ', 20,000 request pairs'],
  failures: [code('bench load'), ', 20,000 request pairs'],
  load: code('bench load'),
};

/** A drill as a document of its own: the same record gives the same document. */
export function drillDocument({ head, runs }: DrillRecord): ReportDocument {
  const seconds = runs
    .flatMap(({ steps }) => steps)
    .reduce((sum, { seconds: one }) => sum + one, 0);
  const minutes = numeral(seconds / 60, { unit: 's', precision: { digits: 0 }, signed: false });
  return reportOf(
    [
      section('drill', null, [
        paragraph(
          prose`Faults are planted in the candidate of the embedded pair; a process that gets two URLs, the same settings every time and a seed for the order of its questions measures, and knows neither whether there is a fault nor which. Seed ${setting(head.masterSeed)}, ${head.machine}, ${head.startedAt.slice(0, 10)}; ${things(runs.length, 'run')}, ${minutes} minutes of measuring.`,
        ),
      ]),
      ...drillReport(runs).sections,
    ],
    {
      title: 'The drill',
      generated: { from: 'drill.jsonl', by: 'bench documents --write' },
    },
  );
}

/** What must hold, the faults, the pairs and the clean runs, as far as there are any. */
export function drillReport(runs: readonly RunRow[]): ReportDocument {
  const faults = faultSummaries(runs);
  const pairs = pairSummaries(runs);
  const clean = cleanSummary(runs);
  return reportOf([
    requirementsSection(requirementsOf(runs)),
    ...(faults.length === 0 ? [] : [faultsSection(faults)]),
    ...(pairs.length === 0 ? [] : [pairsSection(pairs)]),
    ...(clean.runs === 0 ? [] : [cleanSection(clean)]),
  ]);
}

function requirementsSection(requirements: readonly Requirement[]): Section {
  const broken = requirements.flatMap(({ claim, failures }) =>
    failures.map((failure) => prose`${claim}: ${failure}`),
  );
  return section('requirements', 'What must hold', [
    table(
      [key(left('claim')), right('cases'), right('met'), left('holds')],
      requirements.map(({ claim, cases, met, holds }) =>
        row([claim], [sentence(claim), count(cases), count(met), yesOrNo(holds)], {
          kind: 'check',
        }),
      ),
    ),
    ...(broken.length === 0 ? [] : [paragraph('What does not hold:'), list(broken)]),
  ]);
}

function yesOrNo(holds: boolean): Span {
  return holds ? state('yes', 'good') : strong(state('no', 'bad'));
}

function faultsSection(faults: readonly FaultSummary[]): Section {
  return section('faults', 'Faults', [
    table(
      [
        key(left('fault')),
        right('full strength'),
        left('declares'),
        left('detected by'),
        left('first by'),
        left('attributed to'),
        right('share'),
        right('twin'),
        right('smallest rate detected'),
      ],
      faults.map((fault) =>
        row(
          [fault.kind, fault.corpus],
          [
            [fault.kind, fault.corpus === 'workers-200' ? '' : ` (${fault.corpus})`],
            rateOf(fault.rate),
            fault.declares.join(', '),
            detectedBy(fault),
            fault.step === null ? MISSING : STEPS[fault.step],
            attributedIn(fault),
            share(fault.attributed?.top === null ? null : fault.attributed?.share, 0),
            twinOf(fault.attributed),
            smallestOf(fault),
          ],
        ),
      ),
    ),
    paragraph(
      'Detected by: the checks that observe what the fault declares. Twin: mean distance on held-out queries between the answers of the incumbent and of the candidate and their replays, over the distance between the sides; above .25 for either, nothing is attributed. Smallest rate: by bisection over halvings of the full strength, one fresh run a rate, so it is uncertain by a factor of about two; ≤ where the fault was noticed at the smallest rate that is tried, a 128th of its full strength.',
    ),
  ]);
}

function detectedBy({ throughDeclared, declares, onRanking, checks }: FaultSummary): Content {
  if (declares.includes('none')) {
    return onRanking.length === 0
      ? `nothing on the ranking${checks.length === 0 ? '' : `; ${checks.join(', ')}`}`
      : strong(onRanking.join(', '));
  }
  if (throughDeclared.length === 0) return strong(state('not detected', 'bad'));
  return firstNamed(throughDeclared, 4);
}

function attributedIn(fault: FaultSummary): Content {
  const { attributed, component, declares } = fault;
  if (attributed === null) return MISSING;
  const name = attributed.top ?? attributed.status;
  if (!declares.includes('ranking') || component === null) return name;
  const isRight =
    component === 'unexplained' ? attributed.status === 'unexplained' : isAttributed(fault);
  return isRight ? name : [strong(name), ` (is ${component})`];
}

function twinOf(attributed: AttributedCause | null): Content {
  if (attributed === null) return MISSING;
  const { incumbent, candidate, across } = attributed.fidelity;
  if (across === 0) return MISSING;
  return prose`${ratio(incumbent / across)}, ${ratio(candidate / across)}`;
}

function smallestOf({ rate, smallestRate, ratesTried, declares }: FaultSummary): Content {
  if (declares.includes('none')) return MISSING;
  if (smallestRate === null) return 'none';
  if (ratesTried === 0) return 'not searched';
  return [smallestRate <= lowestRate(rate) ? '≤ ' : '', rateOf(smallestRate)];
}

function rateOf(rate: number): Span {
  return numeral(rate, { unit: 'share', precision: { significant: 3 }, signed: false });
}

function pairsSection(pairs: readonly PairSummary[]): Section {
  return section('pairs', 'Pairs of faults', [
    table(
      [
        key(left('planted')),
        left('components'),
        left('detected'),
        left('smallest set to fix'),
        left('both in it'),
        right('twin'),
      ],
      pairs.map((pair) =>
        row(
          [pair.name],
          [
            pair.name,
            pair.components.join(' + '),
            yesOrNo(pair.detected),
            pair.attributed?.repair?.join(' + ') ?? pair.attributed?.status ?? MISSING,
            yesOrNo(isRepaired(pair)),
            twinOf(pair.attributed),
          ],
        ),
      ),
    ),
  ]);
}

function cleanSection({ runs, counts, lower, upper, steps, alarms }: CleanSummary): Section {
  return section('clean', 'Clean runs', [
    paragraph([
      ...prose`${things(runs, 'run')} of the pair without a fault: ${count(counts.pass)} pass, ${count(counts.inconclusive)} inconclusive, ${count(counts.fail)} fail, ${count(counts.unfit)} without an answer. `,
      ...prose`Rate of ${code('fail')}: ${share(counts.fail / runs)}, exact 95% interval ${bounds(lower, upper, share(null))}.`,
    ]),
    table(
      [key(left('step')), right('runs'), right('failed')],
      steps.map(({ step, runs: taken, failed }) =>
        row([step], [STEPS[step], count(taken), count(failed)]),
      ),
    ),
    ...(alarms.length === 0 ? [] : [list(alarms.map(sentence))]),
  ]);
}
