import { documentIndex } from '../../corpus/document-index.ts';
import type { Corpus } from '../../corpus/types.ts';
import { equalRecallFinding } from '../../parity/equal-recall.ts';
import type { EqualRecallFinding } from '../../parity/findings.ts';
import { otherSide } from '../../record/side-of-arm.ts';
import type { Observation, Side } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import type { RecordedEfforts } from './record.ts';

/** What a run says of the recall at which it compared both sides. */
export interface EqualRecallRecord {
  readonly efforts: RecordedEfforts;
  readonly corpus: Corpus;
  readonly queryIds: readonly string[];
  readonly observations: readonly Observation[];
  readonly truth: TruthLookup;
  readonly k: number;
  /** Exchange the sides. */
  readonly swap: boolean;
}

/** The finding on equal recall of a recorded run, from the answers to the needs that efforts were not tried on. */
export function recordedEqualRecall(record: EqualRecallRecord): EqualRecallFinding {
  const { efforts, corpus, queryIds, observations, truth, k, swap } = record;
  const asked = new Set(queryIds);
  const isChecked = new Set(efforts.checkedNeeds);
  const of = (side: Side): Side => (swap ? otherSide(side) : side);
  const rowsOf = (side: Side): Observation[] => {
    const blocks = new Set(
      efforts.trials.flatMap((trial) =>
        trial.side === side && trial.half === 'checked' ? [trial.block] : [],
      ),
    );
    return observations.filter(({ phase, block }) => phase === 'effort' && blocks.has(block));
  };
  return equalRecallFinding({
    target: efforts.target,
    ofIncumbent: efforts.ofIncumbent,
    cell: efforts.cell,
    k,
    sides: {
      incumbent: efforts.sides[of('incumbent')],
      candidate: efforts.sides[of('candidate')],
    },
    checked: { incumbent: rowsOf(of('incumbent')), candidate: rowsOf(of('candidate')) },
    queries: corpus.queries.filter(({ id, need }) => asked.has(id) && isChecked.has(need)),
    index: documentIndex(corpus.collections),
    truth,
  });
}
