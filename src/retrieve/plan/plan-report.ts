import { metricLabel } from '../../metrics/metric.ts';
import {
  key,
  left,
  paragraph,
  reportOf,
  right,
  row,
  section,
  tableSection,
  verdictParagraph,
} from '../../report/blocks.ts';
import type { Content, ReportDocument, Section } from '../../report/model.ts';
import {
  count,
  MISSING,
  metric,
  numeral,
  prose,
  setting,
  share,
  text,
  things,
} from '../../report/spans.ts';
import type { AnswerOdds } from '../../stats/decisions/gate-power.ts';
import type { PlanAhead } from './plan-ahead.ts';

/** The report of `bench plan`: what would be asked, and what each gate could show. */
export function planReport(plan: PlanAhead): ReportDocument {
  const answer = answerOf(plan);
  return reportOf(
    [
      section('answer', null, [verdictParagraph(answer)]),
      requestsSection(plan),
      gatesSectionOf(plan),
    ],
    { title: 'Plan', verdict: { state: 'informational', tone: 'neutral', sentence: answer } },
  );
}

/** How much would be asked, and whether that can decide at all. */
function answerOf(plan: PlanAhead): Content {
  const gates = plan.gates.filter(({ gated }) => gated);
  const open = gates.filter(({ needs, leastNeeds }) => leastNeeds !== null && needs >= leastNeeds);
  const asked = prose`${things(total(plan, 'requests'), 'request')}, ${minutes(total(plan, 'minutes'))} minutes at ${setting(plan.requestMs)} ms each`;
  return gates.length === 0
    ? prose`${asked}; no gate on quality is set`
    : prose`${asked}; where both sides are alike, ${count(open.length)} of ${things(gates.length, 'gate')} on quality can pass`;
}

function total({ phases }: PlanAhead, of: 'requests' | 'minutes'): number {
  return phases.reduce((sum, phase) => sum + phase[of], 0);
}

function minutes(value: number) {
  return numeral(value, { unit: 'count', precision: { digits: 1 }, signed: false });
}

function requestsSection(plan: PlanAhead): Section {
  return tableSection('requests', prose`What would be asked of ${text(plan.corpus)}`, {
    columns: [key(left('phase')), right('requests'), right('minutes')],
    rows: [
      ...plan.phases.map(({ phase, requests, minutes: took }) =>
        row([phase], [phase, count(requests), minutes(took)]),
      ),
      row(['all'], ['all', count(total(plan, 'requests')), minutes(total(plan, 'minutes'))]),
    ],
    notes: [
      paragraph(
        prose`${things(plan.needs, 'need')} in ${things(plan.queries, 'query', 'queries')} over ${things(plan.documents, 'document')}, lists of ${setting(plan.k)}; minutes at ${setting(plan.requestMs)} ms a request. Documents that are not found at once are asked for again, and disagreement is asked about: both are not counted.`,
      ),
    ],
  });
}

function gatesSectionOf({ gates, alpha, failAlpha }: PlanAhead): Section {
  const isPilot = gates.some(({ pilot }) => pilot !== null);
  return tableSection('power', 'What each gate could show', {
    columns: [
      key(left('gate')),
      key(left('cell')),
      key(left('slice')),
      left('answer'),
      right('needs'),
      right('margin'),
      right('needs if identical', 'least'),
      right('passes, whole', 'whole-pass'),
      right('fails, whole', 'whole-fail'),
      right('passes, tenths', 'tenths-pass'),
      right('fails, tenths', 'tenths-fail'),
      ...(isPilot ? [right('pilot: pass', 'pilot-pass'), right('pilot: fail', 'pilot-fail')] : []),
    ],
    rows: gates.map((gate) =>
      row(
        [metricLabel(gate.metric), gate.cell, gate.slice ?? 'all'],
        [
          metricLabel(gate.metric),
          gate.cell,
          gate.slice === null ? 'all' : text(gate.slice),
          gate.gated ? 'gated' : 'shown',
          count(gate.needs),
          numeral(gate.margin, { unit: 'difference', precision: { digits: 3 }, signed: false }),
          gate.leastNeeds === null ? MISSING : count(gate.leastNeeds),
          ...[gate.whole, gate.tenths].flatMap(({ lossThatPasses, lossThatFails }) => [
            lossThatPasses === null ? MISSING : metric(lossThatPasses),
            lossThatFails === null ? MISSING : metric(lossThatFails),
          ]),
          ...(isPilot ? [oddsOf(gate.pilot, 'pass'), oddsOf(gate.pilot, 'fail')] : []),
        ],
      ),
    ),
    notes: [
      paragraph(
        prose`Losses are true means over needs: the largest that passes, and the smallest that fails, in 80% of runs, where a need that loses anything loses all of it (whole) or a tenth (tenths). A dash: not even identical sides pass, or not even the loss of every need fails. Each gate at α = ${setting(alpha)}, a fail beside all others at ${numeral(failAlpha, { unit: 'count', precision: { significant: 2 }, signed: false })}. Slices that are shown have no margin of their own and are held to that of all needs.`,
      ),
    ],
  });
}

function oddsOf(odds: AnswerOdds | null, answer: keyof AnswerOdds) {
  return odds === null ? MISSING : share(odds[answer], 0);
}
