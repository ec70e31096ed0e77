import { reportOf } from '../../report/blocks.ts';
import type { ReportDocument } from '../../report/model.ts';
import type { SweepVariant } from '../plan/sweep-plan.ts';
import type { SweptIndex } from '../record/swept-index.ts';
import { backendsSection } from './backends-section.ts';

/** The report of backends that were filled. */
export function fillReport(
  filled: readonly (Pick<SweepVariant, 'label' | 'values'> & { readonly index: SweptIndex })[],
): ReportDocument {
  return reportOf([
    backendsSection(
      filled,
      'A dash: it held documents already and was left as it was, or it does not say.',
    ),
  ]);
}
