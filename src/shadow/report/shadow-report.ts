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
} from '../../report/blocks.ts';
import type { Content, ReportDocument, Row } from '../../report/model.ts';
import {
  code,
  count,
  difference,
  MISSING,
  metric,
  ms,
  prose,
  sentence,
  setting,
  share,
  state,
  things,
  toneOf,
} from '../../report/spans.ts';
import { failingClaims, type ShadowEvidence, type ShadowWindow } from '../judge/evidence.ts';
import type { ShadowGate } from '../judge/gates.ts';
import { type ShadowVerdict, unaskedText } from '../judge/verdict.ts';
import type { ShadowEvent, ShadowPlan, ShadowTally } from '../record/shadow-record.ts';
import { claimsPicture, trafficPicture, windowsPictures } from './shadow-pictures.ts';

/** Everything that a shadow shows of itself. */
export interface ShadowFindings {
  readonly plan: ShadowPlan;
  readonly evidence: ShadowEvidence;
  readonly tally: ShadowTally;
  /** What happened to it, the last first. */
  readonly events: readonly ShadowEvent[];
}

/** Windows that are shown, the last first. */
const SHOWN_WINDOWS = 48;
const SHOWN_EVENTS = 20;

/** The gates, the windows, the tally and what happened. */
export function shadowReport(findings: ShadowFindings, verdict: ShadowVerdict): ReportDocument {
  const { evidence, events } = findings;
  const unasked = unaskedText(evidence);
  const notVerified = [...verdict.notVerified, ...(unasked === null ? [] : [unasked])];
  const windows = evidence.windows.toReversed().slice(0, SHOWN_WINDOWS);
  return reportOf(
    [
      section('gates', 'Claims over all needs', [
        claimsPicture(evidence),
        table(
          [
            key(left('claim')),
            left('state'),
            right('needs'),
            right('mean difference'),
            right('incumbent apart'),
            right('margin'),
            right('way to pass'),
            right('way to fail'),
          ],
          evidence.gates.map(gateRow),
        ),
        ...(notVerified.length === 0
          ? []
          : [paragraph(`Not verified: ${notVerified.join('; ')}.`)]),
      ]),
      section('windows', 'Windows', [
        ...windowsPictures(evidence),
        table(
          [key(left('from')), right('requests'), left('state'), left('failing claims')],
          windows.map(windowRow),
        ),
      ]),
      section('traffic', 'Traffic', [trafficPicture(findings.tally), list(trafficLines(findings))]),
      ...(events.length === 0
        ? []
        : [
            section('events', 'Events', [
              list(
                events
                  .slice(0, SHOWN_EVENTS)
                  .map(({ atMs, kind, detail }) => [
                    `${timeText(atMs)} ${kind}: `,
                    sentence(detail),
                  ]),
              ),
            ]),
          ]),
    ],
    {
      title: 'Shadow',
      verdict: {
        state: verdict.verdict,
        tone: toneOf(verdict.verdict),
        sentence: sentence(verdict.sentence),
        notVerified,
      },
    },
  );
}

function gateRow(gate: ShadowGate): Row {
  return row(
    [gate.name],
    [
      gate.name,
      state(gate.state),
      count(gate.needs),
      difference(gate.mean),
      metric(gate.floor),
      setting(gate.margin),
      progressShare(gate, gate.progress.pass),
      progressShare(gate, gate.progress.fail),
    ],
    {
      kind: 'gate',
      figures: prose`${difference(gate.mean)} of margin ${setting(gate.margin)}, ${things(gate.needs, 'need')}`,
    },
  );
}

function progressShare({ needs }: ShadowGate, progress: number): Content {
  return needs === 0 ? MISSING : share(Math.max(0, Math.min(1, progress)), 0);
}

function windowRow(window: ShadowWindow): Row {
  const failing = failingClaims(window);
  return row(
    [timeText(window.startMs)],
    [
      timeText(window.startMs),
      count(window.rows),
      failing.length === 0 ? state('no fail', 'neutral') : state('fail'),
      failing.length === 0 ? MISSING : failing.join(', '),
    ],
  );
}

function trafficLines({ plan, tally, evidence }: ShadowFindings): Content[] {
  const { dropped } = tally;
  const { incumbent, candidate } = evidence.latencyMs;
  return [
    prose`${things(tally.seen, 'request')} seen: ${count(tally.mirrored)} mirrored, ${count(tally.sampledOut)} sampled out, ${count(dropped.behind)} dropped behind, ${count(dropped.off)} while off, ${count(dropped.tooLong)} too long, ${count(dropped.noAnswer)} without an answer, ${count(dropped.stopped)} at the end, ${count(tally.notReadOnly)} that read nothing (${count(tally.undecoded)} that cannot be read), ${count(tally.open)} under way`,
    prose`${share(plan.sample)} of the requests are mirrored; the incumbent is asked again for ${share(plan.again)} of those (${count(tally.askedAgain)} so far)`,
    prose`${things(evidence.needs, 'need')} in ${things(evidence.rows, 'request')}; ${things(evidence.expired, 'request to former versions does not count', 'requests to former versions do not count')}`,
    ...(evidence.withoutRows === 0
      ? []
      : [
          prose`the incumbent answered ${things(evidence.withoutRows, 'request')} without a row: nothing tells whether that is right, so these lists compare with nothing`,
        ]),
    prose`response times of the last requests: incumbent p50 ${ms(incumbent.p50)}, p95 ${ms(incumbent.p95)}; candidate p50 ${ms(candidate.p50)}, p95 ${ms(candidate.p95)}`,
    evidence.epoch === null ? 'no request yet' : ['versions ', code(evidence.epoch)],
  ];
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
