import { key, left, paragraph, right, row, tableSection } from '../../report/blocks.ts';
import type { NumberStyle, Section } from '../../report/model.ts';
import { count, numeral, seconds, sentence, text } from '../../report/spans.ts';
import type { SweepVariant } from '../plan/sweep-plan.ts';
import type { SweptIndex } from '../record/swept-index.ts';
import { variantName } from './names.ts';

const BYTES: NumberStyle = { unit: 'bytes', precision: { digits: 0 }, signed: false };

/** Backends with what is known of their indexes. */
export function backendsSection(
  variants: readonly (Pick<SweepVariant, 'label' | 'values'> & { readonly index: SweptIndex })[],
  note: string,
): Section {
  return tableSection('backends', 'Backends', {
    columns: [
      key(right('#', 'number')),
      left('backend'),
      left('index'),
      left('stored as', 'quantisation'),
      right('documents'),
      right('built in s', 'built'),
      right('visible after s', 'ready'),
      right('bytes'),
      left('version'),
    ],
    rows: variants.map(({ index }, at) =>
      row(
        [at],
        [
          count(at + 1),
          sentence(variantName({ variants }, at)),
          text(index.kind),
          text(index.quantisation),
          count(index.documents),
          seconds(secondsOf(index.buildMs), 2),
          seconds(secondsOf(index.readyMs), 2),
          numeral(index.sizeBytes, BYTES),
          text(index.serverVersion),
        ],
      ),
    ),
    notes: [paragraph(note)],
  });
}

function secondsOf(valueMs: number | null): number | null {
  return valueMs === null ? null : valueMs / 1000;
}
