import type { LoadVerdict } from '../../gate/load/judge-load.ts';
import { loadGapLine, loadSentence } from '../../gate/load/load-sentence.ts';
import {
  key,
  left,
  paragraph,
  pictured,
  reportOf,
  right,
  row,
  section,
  tableSection,
  verdictParagraph,
} from '../../report/blocks.ts';
import type { ReportDocument, Section, Span } from '../../report/model.ts';
import {
  count,
  ms,
  numeral,
  perSecond,
  prose,
  range,
  sentence,
  setting,
  state,
  strong,
  things,
  toneOf,
} from '../../report/spans.ts';
import type { LoadFindings } from '../find/load-findings.ts';
import type { Objective } from '../find/saturation/objective.ts';
import { SIDES } from '../record/blocks.ts';
import { kneePicture } from './load-pictures.ts';
import { driverOf, failureContent, rateSections } from './rate-sections.ts';

/** What was found, what follows from it, and where it was measured. */
export interface LoadReport extends LoadFindings {
  readonly verdict: LoadVerdict;
  /** Whether every rate was measured. */
  readonly isComplete: boolean;
  /** Machine, versions, date and load average, one line. */
  readonly provenance: string;
}

/** The latency–throughput curve of both sides, and what follows from it. */
export function loadReport(report: LoadReport): ReportDocument {
  const { state: answer } = report.verdict;
  const why = sentence(loadSentence(report.verdict));
  // Where nothing is judged, what was measured is the answer.
  const told = answer === 'informational' ? [...measuredAt(report), why] : why;
  return reportOf(
    [
      section('run', null, [
        verdictParagraph([strong(state(answer)), ': ', why]),
        paragraph(sentence(report.provenance)),
        paragraph([
          ...prose`${report.operation}, open loop, ${report.process} arrivals, ${things(report.queryCount, 'query', 'queries')}`,
          ...(report.leftOutCount === 0
            ? []
            : prose` (${count(report.leftOutCount)} left out: not one request on both sides)`),
          '.',
        ]),
      ]),
      ...(report.rungs.length === 0 ? [] : rateSections(report)),
      ...rampSections(report),
      ...kneeSections(report),
      ...capacitySections(report),
    ],
    {
      title: 'Load',
      verdict: {
        state: answer,
        tone: toneOf(answer),
        sentence: told,
        isPartial: !report.isComplete,
        notVerified: report.verdict.notVerified.map((gap) => sentence(loadGapLine(gap))),
      },
    },
  );
}

/** Response times and failures of both sides at the last rate; nothing where a side has none. */
function measuredAt({ rungs, isComplete }: LoadReport): readonly Span[] {
  const rung = rungs.at(-1);
  if (rung === undefined) return isComplete ? [] : ['no rate was measured to its end; '];
  const [incumbent, candidate] = rung.sides.map(({ summary }) => summary);
  if (incumbent == null || candidate == null) return [];
  const failed = [incumbent, candidate].map(({ tally }) =>
    count(tally.scheduled - tally.counts.ok),
  );
  return prose`at ${perSecond(rung.ratePerSecond)} requests/s p95 is ${ms(incumbent.response.p95Ms)} ms and ${ms(candidate.response.p95Ms)} ms, incumbent and candidate, with ${failed[0] ?? ''} and ${failed[1] ?? ''} of ${count(incumbent.tally.scheduled)} requests failed; `;
}

function rampSections({ ramp }: LoadReport): Section[] {
  if (ramp === null) return [];
  const { fromPerSecond, toPerSecond, durationMs, passes } = ramp;
  const seconds = numeral(durationMs / 1000, {
    unit: 's',
    precision: { significant: 17 },
    signed: false,
  });
  const about = paragraph(
    prose`From ${setting(fromPerSecond)} to ${setting(toPerSecond)} requests/s in ${seconds} s, each side twice in ABBA or BAAB order; windows by intended time.`,
  );
  if (passes.length === 0) {
    const interrupted = paragraph('Interrupted before a side was through.');
    return [section('ramp', 'Ramp', [about, interrupted])];
  }
  const { heading, blocks } = tableSection('ramp', 'Ramp', {
    columns: [
      key(right('pass')),
      key(left('side')),
      key(right('offered/s')),
      right('ok/s'),
      right('p50 ms'),
      right('p95 ms'),
      right('p99 ms'),
      right('errors'),
      left('driver'),
    ],
    rows: passes.flatMap(({ arm, windows, validity }, at) =>
      windows.map((window) => {
        const { summary, tally, failed } = window;
        return row(
          [at + 1, SIDES[arm], window.fromPerSecond],
          [
            setting(at + 1),
            SIDES[arm],
            range(window.fromPerSecond, window.toPerSecond, perSecond(null)),
            perSecond(summary?.okPerSecond ?? null, 1),
            ms(summary?.response.p50Ms ?? null),
            ms(summary?.response.p95Ms ?? null),
            ms(summary?.response.p99Ms ?? null),
            [count(tally.scheduled - tally.counts.ok), '/', count(tally.scheduled)],
            failed === null ? driverOf(validity) : failureContent(failed, validity),
          ],
        );
      }),
    ),
  });
  return [section('ramp', heading, [about, ...blocks])];
}

function kneeSections({ knees }: LoadReport): Section[] {
  if (knees === null) return [];
  return [pictured(kneeTable(knees), [kneePicture(knees)])];
}

function kneeTable(knees: NonNullable<LoadFindings['knees']>): Section {
  return tableSection('closed-loop', 'Closed loop (service time only)', {
    columns: [
      key(left('side')),
      key(right('concurrency')),
      right('requests/s'),
      left('', 'remark'),
    ],
    rows: knees.flatMap((knee, index) =>
      knee.points.map(({ concurrency, throughputPerSecond }) =>
        row(
          [index, concurrency],
          [
            SIDES[index] ?? '',
            count(concurrency),
            perSecond(throughputPerSecond, 1),
            concurrency !== knee.concurrency ? '' : knee.atCeiling ? 'ladder ceiling' : 'knee',
          ],
        ),
      ),
    ),
  });
}

function capacitySections({ capacities, objective: held }: LoadReport): Section[] {
  if (capacities === null) return [];
  const { heading, blocks } = tableSection('saturation', 'Saturation', {
    columns: [
      key(left('side')),
      right('highest rate that meets it'),
      right('lowest that does not'),
      right('trials'),
      left('end'),
    ],
    rows: capacities.map(({ rate, failRate, trials, end }, index) =>
      row(
        [index],
        [SIDES[index] ?? '', perSecond(rate, 1), perSecond(failRate, 1), count(trials), end],
      ),
    ),
  });
  const objective = paragraph(prose`Objective: ${textOf(held)}.`);
  return [section('saturation', heading, [objective, ...blocks])];
}

function textOf({ p99MaxMs, minRecall }: Objective): string {
  const recall = minRecall === null ? '' : `, recall ≥ ${minRecall.toFixed(4)}`;
  return `p99 ≤ ${p99MaxMs} ms, errors < 0.1%${recall}, backlog growth ≤ 0.5% of the offer`;
}
