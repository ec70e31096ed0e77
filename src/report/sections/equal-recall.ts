import type { EqualRecallFinding, Findings } from '../../parity/findings.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Section } from '../model.ts';
import { bounds, count, difference, metric, prose, setting, text } from '../spans.ts';

/** At which recall both sides were compared; empty where that was not asked for. */
export function equalRecallSections({ equalRecall }: Pick<Findings, 'equalRecall'>): Section[] {
  if (equalRecall === undefined) return [];
  const { k, cell, target, ofIncumbent, tolerance } = equalRecall;
  const delta = equalRecall.difference;
  return [
    tableSection('equal-recall', 'Compared at equal recall', {
      columns: [
        key(left('side')),
        left('setting'),
        right('effort'),
        left('enough'),
        right(`recall@${k}`, 'recall'),
        beside(left('one-sided 95%', 'recall-bounds')),
        right('needs'),
      ],
      rows: (['incumbent', 'candidate'] as const).map((side) => sideRow(side, equalRecall[side])),
      notes: [
        paragraph(
          prose`Wanted of ${cell}: ${ofIncumbent ? 'the incumbent’s own recall, ' : ''}${metric(target)}. The least effort that reaches it in the mean was found on one half of the needs; recall above is that of the other half. Candidate − incumbent there: ${difference(delta.mean)} ${bounds(delta.lower, delta.upper, difference(null))}; equal means within ${setting(tolerance)}.`,
        ),
        paragraph(
          'Quality, latency and throughput below are measured at these efforts; membership is asked without them. Since recall was set, gates on quality decide nothing here.',
        ),
      ],
    }),
  ];
}

function sideRow(
  side: 'incumbent' | 'candidate',
  { effort, effortName, isEnough, recall }: EqualRecallFinding['incumbent'],
) {
  return row(
    [side],
    [
      side,
      text(effortName),
      effort === null ? 'as it is' : setting(effort),
      isEnough ? 'yes' : 'no',
      metric(recall.mean),
      bounds(recall.lower, recall.upper),
      count(recall.n),
    ],
  );
}
