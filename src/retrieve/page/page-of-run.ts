import type { ParityInput } from '../../parity/inputs.ts';
import { type RetrievePage, retrievePage } from '../../report/page/retrieve-page.ts';
import type { AttributedCells } from '../derive/run-attribution.ts';
import { pageData } from './page-data.ts';

/** The page of a run from what its findings are made from, as it is kept in `report.html`. */
export function pageOfRun(
  input: ParityInput,
  attributed: AttributedCells,
  page: Omit<RetrievePage, 'data'>,
): string {
  return retrievePage({ ...page, data: pageData(input, attributed) });
}
