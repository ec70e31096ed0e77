import type { ParityInput } from '../../parity/inputs.ts';
import { type RetrievePage, retrievePage } from '../../report/page/retrieve-page.ts';
import type { RecordedRun } from '../record/recorded-run.ts';
import { pageData } from './page-data.ts';

/** The page of a recorded run, as it is kept in `report.html`. */
export function pageOfRun(
  run: RecordedRun,
  input: ParityInput,
  page: Omit<RetrievePage, 'data'>,
): string {
  const explained = page.findings.attribution?.map(({ cell }) => cell) ?? [];
  return retrievePage({
    ...page,
    data: pageData(run, input, { explained, swap: page.context.swapped }),
  });
}
