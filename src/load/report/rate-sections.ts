import type { LoadVerdict } from '../../gate/load/judge-load.ts';
import { failureText, type WholesaleFailure } from '../../gate/load/load-finding.ts';
import {
  key,
  left,
  list,
  paragraph,
  pictured,
  right,
  row,
  section,
  table,
} from '../../report/blocks.ts';
import type { Block, Column, Content, Row, Section } from '../../report/model.ts';
import {
  count,
  id,
  joined,
  metric,
  ms,
  perSecond,
  ratio,
  sentence,
  spansOf,
  state,
  strong,
} from '../../report/spans.ts';
import { OUTCOME_KINDS } from '../../wire/outcome.ts';
import type { NonceFigures } from '../find/answers/nonces.ts';
import type { LoadFindings } from '../find/load-findings.ts';
import type { TrialSummary } from '../find/requests/summary.ts';
import type { Validity } from '../find/requests/validity.ts';
import type { RungFindings, SideFigures } from '../find/rung.ts';
import { SIDES } from '../record/blocks.ts';
import { OBJECTIVE_COLUMNS, objectiveRow, RATIO_COLUMNS, ratioRow } from './judged-rows.ts';
import { ladderPictures } from './load-pictures.ts';

/** What cannot come under load has no column. */
const OUTCOMES = OUTCOME_KINDS.filter((kind) => kind !== 'unsupported' && kind !== 'aborted');

/** What is shown of rates. */
interface RateSections extends Pick<LoadFindings, 'rungs' | 'capacities'> {
  readonly verdict: LoadVerdict;
  readonly nonces: readonly NonceFigures[];
}

/** What was measured at each rate, and how it is judged. */
export function rateSections(found: RateSections): Section[] {
  const { rungs, verdict, nonces } = found;
  return [
    pictured(ratesSection(rungs), ladderPictures(found)),
    tableBelow(
      'objectives',
      'Objectives',
      'One-sided 95% bounds; a rate at which the driver was not fit is inconclusive, never a failure.',
      OBJECTIVE_COLUMNS,
      verdict.gates.map(objectiveRow),
    ),
    tableBelow(
      'ratios',
      'Candidate over incumbent',
      'Hodges–Lehmann ratio over pairs of interleaved blocks with exact one-sided 95% bounds (signed ranks), first touches and repeats apart; the incumbent over itself is the noise of the measurement. Fewer than five pairs have no bounds.',
      RATIO_COLUMNS,
      rungs.flatMap((rung) => [
        ...rung.selfRatios.map((figure) => ratioRow(rung, 'incumbent over itself', figure)),
        ...rung.ratios.map((figure) => ratioRow(rung, 'candidate over incumbent', figure)),
      ]),
    ),
    section('requests', 'Requests', [
      table(REQUEST_COLUMNS, rungs.flatMap(requestRows)),
      ...unreadLines(rungs),
    ]),
    tableBelow(
      'nonces',
      'Texts never asked before',
      'An answer equal to that of another query, scores included, was not computed for its text.',
      NONCE_COLUMNS,
      nonces.map(nonceRow),
    ),
  ];
}

/** The curve, with what failed in place of the latency of failures. */
function ratesSection(rungs: readonly RungFindings[]): Section {
  const about =
    'Response counts from the intended send time; what never ended is ∞. A percentile is shown from so many requests on that they bound it from above with 95% confidence: p95 from 59, p99 from 299, p99.9 from 2,995. The floor is the same schedule against a server that does nothing: nothing below it can be seen. First / repeat is the median response of queries new to the side over that of queries asked before: above 1 where something is cached.';
  const rows = rungs.flatMap(curveRows);
  const failed = rungs.flatMap(({ ratePerSecond, sides, validity }) =>
    sides.flatMap((side, index) =>
      side.failed === null
        ? []
        : [
            [
              perSecond(ratePerSecond),
              '/s, ',
              SIDES[index] ?? '',
              ': ',
              ...spansOf(failureContent(side.failed, validity)),
              '; no latency.',
            ],
          ],
    ),
  );
  return section('rates', 'Latency and throughput', [
    ...(rows.length === 0 ? [] : [paragraph(about), table(CURVE_COLUMNS, rows)]),
    ...(failed.length === 0 ? [] : [list(failed)]),
  ]);
}

function tableBelow(
  id: string,
  heading: string,
  about: string,
  columns: readonly Column[],
  rows: readonly Row[],
): Section {
  return section(id, heading, [paragraph(about), table(columns, rows)]);
}

const RATE = key(right('offered/s'));
const SIDE = key(left('side'));

const CURVE_COLUMNS = [
  RATE,
  SIDE,
  right('ok/s'),
  right('p50 ms'),
  right('p95 ms'),
  right('p99 ms'),
  right('p99.9 ms'),
  right('first / repeat p50'),
  right('service p50 ms'),
  right('queue p99 ms'),
  right('errors'),
  right('recall'),
  right('floor p50 / p99 ms'),
  right('slip p99 ms'),
  left('driver'),
];

/** A side that failed wholesale has no row: what its failures took is no latency. */
function curveRows(rung: RungFindings): Row[] {
  return rung.sides.flatMap((figures, index) => {
    const { summary } = figures;
    const cells = (times: TrialSummary) => curveCells(rung, SIDES[index] ?? '', figures, times);
    return summary === null ? [] : [row([rung.ratePerSecond, index], cells(summary))];
  });
}

function curveCells(
  rung: RungFindings,
  side: string,
  figures: SideFigures,
  { response, service, clientQueue, tally }: TrialSummary,
): Content[] {
  const floor = rung.floor.response;
  return [
    perSecond(rung.ratePerSecond),
    side,
    perSecond(figures.okPerSecond, 1),
    ms(response.p50Ms),
    ms(response.p95Ms),
    ms(response.p99Ms),
    ms(response.p999Ms),
    ratio(figures.firstToRepeat, 2),
    ms(service.p50Ms),
    ms(clientQueue.p99Ms),
    [count(tally.scheduled - tally.counts.ok), '/', count(tally.scheduled)],
    metric(figures.recall),
    [ms(floor.p50Ms), ' / ', ms(floor.p99Ms)],
    ms(rung.health.slipP99Ms),
    driverOf(rung.validity),
  ];
}

/** Whether the driver kept to its schedule, or why not. */
export function driverOf({ valid, reasons }: Validity): Content {
  return valid
    ? state('fit', 'good')
    : [state('client bound', 'unsure'), ': ', sentence(reasons.join('; '))];
}

/** How most of the requests failed, and what the driver had to do with it. */
export function failureContent(failed: WholesaleFailure, validity: Validity): Content {
  const how = sentence(failureText(failed));
  return validity.valid ? how : [how, ' (', ...spansOf(driverOf(validity)), ')'];
}

const REQUEST_COLUMNS = [
  RATE,
  SIDE,
  right('scheduled'),
  ...OUTCOMES.map((outcome) => right(outcome)),
];

function requestRows({ ratePerSecond, sides }: RungFindings): Row[] {
  return sides.map(({ tally }, index) =>
    row(
      [ratePerSecond, index],
      [
        perSecond(ratePerSecond),
        SIDES[index] ?? '',
        count(tally.scheduled),
        ...OUTCOMES.map((outcome) => count(tally.counts[outcome])),
      ],
    ),
  );
}

/** What was answered and not looked at. */
function unreadLines(rungs: readonly RungFindings[]): Block[] {
  const lines = rungs.flatMap(({ ratePerSecond, facts: { unread } }) =>
    SIDES.flatMap((side) =>
      unread === undefined || unread[side] === 0
        ? []
        : [[perSecond(ratePerSecond), '/s, ', side, ': ', count(unread[side])]],
    ),
  );
  if (lines.length === 0) return [];
  const about =
    'Answers that were not read, since more distinct ones came than are kept; nothing is known of their documents, and they are in no recall:';
  return [paragraph(about), list(lines)];
}

const NONCE_COLUMNS = [
  RATE,
  SIDE,
  right('asked'),
  right('answered'),
  left('same answer as'),
  right('recall'),
];

function nonceRow(nonce: NonceFigures): Row {
  const { ratePerSecond, side, asked, answered, sameAs, recall } = nonce;
  return row(
    [ratePerSecond, side],
    [
      perSecond(ratePerSecond),
      side,
      count(asked),
      count(answered),
      sameAs.length === 0 ? 'none' : strong(joined(sameAs.map((name) => id('query', name)))),
      metric(recall),
    ],
  );
}
