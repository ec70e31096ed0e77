import {
  beside,
  key,
  left,
  list,
  paragraph,
  pictured,
  reportOf,
  right,
  row,
  section,
  tableSection,
} from '../../report/blocks.ts';
import type { Column, Content, ReportDocument, Section, Tone } from '../../report/model.ts';
import {
  bounds,
  count,
  metric,
  ms,
  perSecond,
  prose,
  range,
  sentence,
  setting,
  share,
  state,
  text,
  things,
} from '../../report/spans.ts';
import type { SweepFindings, SweepReach } from '../find/findings.ts';
import { backendsSection } from './backends-section.ts';
import { pointName } from './names.ts';
import { sweepPictures } from './sweep-pictures.ts';

const TONES: Readonly<Record<SweepReach['state'], Tone>> = {
  reached: 'good',
  'not shown': 'unsure',
  'not reached': 'bad',
};

/** The report of a sweep: the same findings give the same document. */
export function sweepReport(findings: SweepFindings): ReportDocument {
  return reportOf(
    [
      headSection(findings),
      backendsSection(
        findings.variants,
        'One build each. A dash: the sweep did not build it, or the backend does not say.',
      ),
      pictured(reachSection(findings), sweepPictures(findings)),
      pointSection(findings),
    ],
    {
      title: 'Sweep',
      verdict: {
        state: 'informational',
        tone: 'neutral',
        sentence: headline(findings),
        isPartial: !findings.complete,
      },
    },
  );
}

/** How many of the recalls that were asked for are reached. */
function headline({ reached, variants, corpus }: SweepFindings): Content {
  const held = reached.filter(({ state: is }) => is === 'reached').length;
  return prose`${count(held)} of ${things(reached.length, 'recall that was asked for is', 'recalls that were asked for are')} reached, over ${things(variants.length, 'backend')} and ${things(corpus.documents, 'document')}; nothing is judged`;
}

function headSection(findings: SweepFindings): Section {
  const { corpus, k, cell, queries, needs, concurrency, rounds, requestsPerBlock } = findings;
  return section('sweep', null, [
    paragraph(
      prose`${text(corpus.name)}: ${things(corpus.documents, 'document')}, nearness by ${corpus.metric}; ${things(queries, 'query', 'queries')} of ${things(needs, 'need')}, ${cell} with k = ${setting(k)}. Recall is tie-aware, against exact truth over the vectors that were asked by.`,
    ),
    paragraph(
      prose`Speed: ${things(rounds, 'round')} over all settings in changing order, each with ${things(requestsPerBlock, 'request')} one at a time (latency) and as many ${setting(concurrency)} at a time (requests a second).`,
    ),
    ...(findings.complete
      ? []
      : [paragraph('The sweep was interrupted: some settings are not measured.')]),
    ...(findings.leftOut.length === 0 ? [] : [list(findings.leftOut.map(sentence))]),
  ]);
}

function reachSection(findings: SweepFindings): Section {
  return tableSection('reached', 'What reaches which recall', {
    columns: [
      key(right('backend')),
      ...selectivityColumn(findings),
      key(right(`recall@${findings.k} ≥`, 'target')),
      left('answer'),
      right('effort'),
      right('recall'),
      beside(right('one-sided 95%', 'recall-bounds')),
      right('requests/s', 'rate'),
      right('p95 ms'),
    ],
    rows: findings.reached.map((reach) => {
      const point = reach.point === null ? undefined : findings.points[reach.point];
      return row(
        [reach.variant, reach.selectivity ?? 'all', reach.target],
        [
          count(reach.variant + 1),
          ...selectivityCell(findings, reach.selectivity),
          setting(reach.target),
          state(reach.state, TONES[reach.state]),
          setting(point?.effort),
          metric(point?.recall.mean),
          bounds(point?.recall.lower, point?.recall.upper),
          perSecond(point?.perSecond.median),
          ms(point?.p95.valueMs),
        ],
        {
          kind: 'check',
          name: reachName(findings, reach),
          ...(point === undefined
            ? {}
            : {
                figures: prose`${metric(point.recall.mean)} at ${pointName(findings, point)}, ${perSecond(point.perSecond.median)}/s`,
              }),
        },
      );
    }),
    notes: [
      paragraph(
        'Reached: the lower bound of recall is at least so much at this effort and at every greater one that was measured. Otherwise the setting with the most recall is shown: not shown, its mean is at least so much and its bound is not; not reached, its mean is less. Bounds are one-sided 95% (Gaffke); efforts are tested from the greatest down, so that "reached" is wrong with at most 5% a line. Nothing is drawn between settings or beyond them.',
      ),
    ],
  });
}

/** E.g. `1, m 16: recall@10 ≥ 0.95`; the number is that of the table of backends. */
function reachName(findings: SweepFindings, { variant, selectivity, target }: SweepReach) {
  const values = Object.entries(findings.variants[variant]?.values ?? {});
  const varied = values.flatMap(([name, value]) => prose`, ${name} ${value}`);
  const filtered = selectivity === null ? '' : prose`, filters leave ${share(selectivity)}`;
  return prose`${count(variant + 1)}${varied}: recall@${setting(findings.k)} ≥ ${setting(target)}${filtered}`;
}

function hasFilters({ points }: SweepFindings): boolean {
  return points.some(({ selectivity }) => selectivity !== null);
}

function selectivityColumn(findings: SweepFindings): Column[] {
  return hasFilters(findings) ? [key(right('filters leave', 'selectivity'))] : [];
}

function selectivityCell(findings: SweepFindings, selectivity: number | null): Content[] {
  return hasFilters(findings) ? [share(selectivity)] : [];
}

function pointSection(findings: SweepFindings): Section {
  return tableSection('points', 'Settings', {
    columns: [
      key(right('backend')),
      ...selectivityColumn(findings),
      key(right('effort')),
      right('queries'),
      right(`recall@${findings.k}`, 'recall'),
      beside(right('one-sided 95%', 'recall-bounds')),
      right('requests/s', 'rate'),
      beside(right('least–most', 'rates')),
      right('p50 ms'),
      right('p95 ms'),
      beside(right('p95 one-sided 95%', 'p95-bounds')),
      right('short'),
      right('failed'),
      left('front'),
    ],
    rows: findings.points.map((point, at) => {
      const { recall, perSecond: rate, p50, p95 } = point;
      return row(
        [at],
        [
          count(point.variant + 1),
          ...selectivityCell(findings, point.selectivity),
          setting(point.effort),
          count(point.asked),
          metric(recall.mean),
          bounds(recall.lower, recall.upper),
          perSecond(rate.median),
          range(rate.least, rate.greatest, perSecond(null)),
          ms(p50.valueMs),
          ms(p95.valueMs),
          bounds(p95.lowerMs, p95.upperMs, ms(null)),
          count(point.short),
          failedCell(point.failed, point.failure),
          point.isOnFront ? 'yes' : '',
        ],
      );
    }),
    notes: [
      paragraph(
        'Front: no other setting has both more recall and more requests a second, by the figures themselves and not their intervals. Short: answers with fewer rows than there are documents to find.',
      ),
    ],
  });
}

function failedCell(failed: number, failure: string | null): Content {
  return failure === null ? count(failed) : prose`${count(failed)} (${failure})`;
}
