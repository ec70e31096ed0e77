import type { EqualRecallFinding, Findings } from '../../parity/findings.ts';
import { beside, key, left, paragraph, pictured, right, row, tableSection } from '../blocks.ts';
import type { Section } from '../model.ts';
import type { Picture } from '../picture/picture.ts';
import { bounds, count, difference, metric, prose, setting, text } from '../spans.ts';

/** At which recall both sides were compared; empty where that was not asked for. */
export function equalRecallSections({ equalRecall }: Pick<Findings, 'equalRecall'>): Section[] {
  if (equalRecall === undefined) return [];
  return [pictured(equalRecallTable(equalRecall), [recallPicture(equalRecall)])];
}

/** Recall of both sides at the efforts that were found, beside what was wanted. */
function recallPicture(found: EqualRecallFinding): Picture {
  const { k, target } = found;
  return {
    kind: 'picture',
    title: `recall@${k} at the efforts that were found`,
    caption: 'on the needs that efforts were not tried on; dashed: what was wanted',
    chart: {
      kind: 'estimates',
      scale: { title: `recall@${k}`, kind: 'nines', from: null, to: null },
      references: [{ kind: 'margin', at: target }],
      legend: [],
      rows: (['incumbent', 'candidate'] as const).map((of) => {
        const { recall, effort, effortName } = found[of];
        const setting = effort === null ? 'as it is' : `${effortName ?? 'effort'} ${effort}`;
        const { mean: at, lower, upper } = recall;
        return { name: `${of}: ${setting}`, estimates: [{ of, at, lower, upper }] };
      }),
    },
  };
}

function equalRecallTable(equalRecall: EqualRecallFinding): Section {
  const { k, cell, target, ofIncumbent, tolerance } = equalRecall;
  const delta = equalRecall.difference;
  return tableSection('equal-recall', 'Compared at equal recall', {
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
        'Quality, latency and throughput below are measured at these efforts; membership is asked without them. Gates on quality at its margins decide nothing here: recall is held equal in each operation by a gate of its own.',
      ),
    ],
  });
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
